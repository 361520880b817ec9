package verdicts;

import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.tsl.TLInfo;
import eu.europa.esig.dss.model.tsl.TLValidationJobSummary;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.client.http.DSSCacheFileLoader;
import eu.europa.esig.dss.spi.tsl.TrustedListsCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.tsl.job.TLValidationJob;
import eu.europa.esig.dss.tsl.source.TLSource;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prints what EU DSS thinks of national trusted lists: one line of JSON for each pair of arguments,
 * the list's file and the certificate of its announced signer.
 */
public final class Lists {

    private Lists() {
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        for (int i = 0; i < arguments.length; i += 2) {
            out.println(answer(arguments[i], arguments[i + 1]));
        }
        // The job's own threads would keep the process alive for another minute.
        System.exit(0);
    }

    private static String answer(String list, String signer) {
        CommonTrustedCertificateSource signers = new CommonTrustedCertificateSource();
        signers.addCertificate(DSSUtils.loadCertificate(new File(signer)));
        TLSource source = new TLSource();
        source.setUrl(list);
        source.setCertificateSource(signers);
        source.setTLVersions(List.of(5, 6));
        TrustedListsCertificateSource anchors = new TrustedListsCertificateSource();
        TLValidationJob job = new TLValidationJob();
        job.setTrustedListSources(source);
        job.setOfflineDataLoader(new Files());
        job.setTrustedListCertificateSource(anchors);
        job.offlineRefresh();
        TLValidationJobSummary summary = anchors.getSummary();
        TLInfo found = summary.getOtherTLInfos().get(0);
        Json json = new Json();
        json.open('{').field("file", list);
        json.field("indication", String.valueOf(found.getValidationCacheInfo().getIndication()));
        json.field("sub_indication", String.valueOf(found.getValidationCacheInfo().getSubIndication()));
        json.field("problem", String.valueOf(found.getValidationCacheInfo().getExceptionMessage()));
        json.field("parsing_problem", String.valueOf(found.getParsingCacheInfo().getExceptionMessage()));
        json.field("structure", String.valueOf(found.getParsingCacheInfo().getStructureValidationMessages()));
        json.field("territory", String.valueOf(found.getParsingCacheInfo().getTerritory()));
        json.field("services", String.valueOf(found.getParsingCacheInfo().getTSNumber()));
        json.field("anchors", String.valueOf(anchors.getCertificates().size()));
        return json.close('}').toString();
    }

    /** Answers an address, which is a path here, with its file. */
    private static final class Files implements DSSCacheFileLoader {

        @Override
        public DSSDocument getDocument(String url) {
            return new FileDocument(url);
        }

        @Override
        public DSSDocument getDocument(String url, boolean refresh) {
            return getDocument(url);
        }

        @Override
        public DSSDocument getDocumentFromCache(String url) {
            return getDocument(url);
        }

        @Override
        public boolean remove(String url) {
            return false;
        }
    }
}
