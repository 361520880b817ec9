package verdicts;

import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestMatcher;
import eu.europa.esig.dss.diagnostic.jaxb.XmlSignatureScope;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints what EU DSS thinks of files: one line of JSON for each line of standard input.
 *
 * <p>A line holds, separated by tabs, the file, the time to judge at (ISO 8601), the evidence
 * (certificates, .crl and .ors files, separated by semicolons) and any detached contents; - stands
 * for nothing. Arguments: {@code --policy FILE}, {@code --trust DIR} (certificates),
 * {@code --without-revocation}, {@code --bench MILLISECONDS} (judge each file over and over, print
 * the rate).
 */
public final class Verdicts {

    private final CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    private byte[] policy = new byte[0];
    private boolean withoutRevocation;
    private long benchMillis;

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Verdicts verdicts = new Verdicts();
        verdicts.read(arguments);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                out.println(verdicts.answer(line.split("\t")));
            }
        }
    }

    private void read(String[] arguments) throws IOException {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--policy" -> policy = Files.readAllBytes(Path.of(arguments[++i]));
                case "--trust" -> files(arguments[++i]).forEach(this::trust);
                case "--without-revocation" -> withoutRevocation = true;
                case "--bench" -> benchMillis = Long.parseLong(arguments[++i]);
                default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
            }
        }
        if (withoutRevocation) {
            String text = new String(policy, StandardCharsets.UTF_8);
            policy = text.replaceAll("<(RevocationDataAvailable|AcceptableRevocationDataFound) Level=\"FAIL\"/>",
                    "<$1 Level=\"IGNORE\"/>").getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Stream<File> files(String place) throws IOException {
        return Files.walk(Path.of(place)).filter(Files::isRegularFile).sorted().map(Path::toFile);
    }

    private void trust(File file) {
        trusted.addCertificate(DSSUtils.loadCertificate(file));
    }

    private String answer(String[] job) {
        Json json = new Json();
        json.open('{').field("file", job[0]);
        try {
            if (benchMillis > 0) {
                json.field("per_second", rate(job));
            } else {
                describe(json, judge(job));
            }
        } catch (Exception | LinkageError error) {
            json.field("error", error.getClass().getSimpleName() + ": " + error.getMessage());
        }
        return json.close('}').toString();
    }

    private double rate(String[] job) {
        long warm = System.nanoTime() + benchMillis * 1_000_000;
        while (System.nanoTime() < warm) {
            allReports(job);
        }
        int count = 0;
        long start = System.nanoTime();
        while (System.nanoTime() < start + benchMillis * 1_000_000) {
            allReports(job);
            count++;
        }
        return count * 1e9 / (System.nanoTime() - start);
    }

    private void allReports(String[] job) {
        Reports reports = judge(job);
        String all = reports.getXmlSimpleReport() + reports.getXmlDetailedReport()
                + reports.getXmlDiagnosticData() + reports.getXmlValidationReport();
        SimpleReport simple = reports.getSimpleReport();
        if (all.isEmpty() || simple.getValidSignaturesCount() != 1) {
            throw new IllegalStateException("DSS did not pass the file: " + all);
        }
    }

    private Reports judge(String[] job) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(job[0]));
        validator.setCertificateVerifier(verifier(job.length > 2 ? job[2] : "-"));
        if (job.length > 1 && !job[1].equals("-")) {
            validator.setValidationTime(Date.from(Instant.parse(job[1])));
        }
        List<DSSDocument> detached = new ArrayList<>();
        for (int i = 3; i < job.length; i++) {
            detached.add(new FileDocument(job[i]));
        }
        validator.setDetachedContents(detached);
        return validator.validateDocument(new ByteArrayInputStream(policy));
    }

    private CertificateVerifier verifier(String evidence) {
        CommonCertificateSource known = new CommonCertificateSource();
        List<DSSDocument> crls = new ArrayList<>();
        List<DSSDocument> ocsp = new ArrayList<>();
        for (String path : evidence.equals("-") ? new String[0] : evidence.split(";")) {
            if (path.endsWith(".crl")) {
                crls.add(new FileDocument(path));
            } else if (path.endsWith(".ors")) {
                ocsp.add(new FileDocument(path));
            } else {
                known.addCertificate(DSSUtils.loadCertificate(new File(path)));
            }
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAdjunctCertSources(known);
        verifier.setAIASource(null);
        verifier.setCrlSource(new ExternalResourcesCRLSource(crls.toArray(new DSSDocument[0])));
        verifier.setOcspSource(new ExternalResourcesOCSPSource(ocsp.toArray(new DSSDocument[0])));
        return verifier;
    }

    private static void describe(Json json, Reports reports) {
        SimpleReport simple = reports.getSimpleReport();
        json.name("signatures").open('[');
        for (SignatureWrapper signature : reports.getDiagnosticData().getSignatures()) {
            if (!signature.isCounterSignature()) {
                describe(json, signature, simple);
            }
        }
        json.close(']');
        json.name("timestamps").open('[');
        for (TimestampWrapper timestamp : reports.getDiagnosticData().getTimestampList()) {
            describe(json, timestamp, simple);
        }
        json.close(']');
    }

    private static void describe(Json json, SignatureWrapper signature, SimpleReport simple) {
        String id = signature.getId();
        json.open('{');
        json.field("id", id);
        json.field("format", String.valueOf(signature.getSignatureFormat()));
        json.field("indication", String.valueOf(simple.getIndication(id)));
        json.field("sub_indication", text(simple.getSubIndication(id)));
        json.field("signature_intact", signature.isSignatureIntact());
        json.field("signature_valid", signature.isSignatureValid());
        json.field("claimed_time", text(signature.getClaimedSigningTime()));
        json.name("references").open('[');
        for (XmlDigestMatcher matcher : signature.getDigestMatchers()) {
            json.open('{');
            json.field("type", String.valueOf(matcher.getType()));
            json.field("name", text(matcher.getId() != null ? matcher.getId() : matcher.getDocumentName()));
            json.field("found", matcher.isDataFound()).field("intact", matcher.isDataIntact());
            json.close('}');
        }
        json.close(']');
        json.name("scopes").open('[');
        for (XmlSignatureScope scope : signature.getSignatureScopes()) {
            json.open('{').field("scope", String.valueOf(scope.getScope()));
            json.field("name", text(scope.getName())).close('}');
        }
        json.close(']');
        json.name("errors").open('[');
        for (Message message : simple.getAdESValidationErrors(id)) {
            json.value(message.getValue());
        }
        json.close(']');
        json.close('}');
    }

    private static void describe(Json json, TimestampWrapper timestamp, SimpleReport simple) {
        json.open('{').field("type", String.valueOf(timestamp.getType()));
        json.field("time", text(timestamp.getProductionTime()));
        json.field("imprint_intact", timestamp.isMessageImprintDataIntact());
        json.field("signature_intact", timestamp.isSignatureIntact());
        json.field("indication", text(simple.getIndication(timestamp.getId())));
        json.field("sub_indication", text(simple.getSubIndication(timestamp.getId())));
        json.close('}');
    }

    private static String text(Object value) {
        return value == null ? null : value instanceof Date date ? date.toInstant().toString() : value.toString();
    }
}
