"""The network: one transport under budgets and address rules, and the sources over it.

Only this package opens connections on behalf of a document, and only it imports an HTTP
library. :class:`~esign.net.transport.HTTPTransport` (and its awaited twin) implement the
``Transport`` port; :class:`~esign.net.sources.OnlineSource` answers the wants of a
collection with it; :class:`~esign.net.timestamping.TimestampClient` is a time-stamping
client that brings its own transport::

    transport = HTTPTransport(allow_hosts=["10.1.0.0/16", "ocsp.example:8080"])
    answer = transport.send(HTTPRequest(url="http://ocsp.example:8080/"), Budget.within(10))
"""
