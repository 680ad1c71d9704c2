import HummingbirdCore
import HummingbirdHTTP2
import NIOCore

extension WebServer {
    /// HTTP/1.1, or with a certificate HTTPS with whichever of HTTP/2 and HTTP/1.1 the client prefers; bounded either way.
    var serverBuilder: HTTPServerBuilder {
        let (configuration, bounds) = (configuration, ConnectionBounds(configuration))
        let (http1, http2, certificate, web) = (http1, http2, certificate, responder)
        return HTTPServerBuilder { responder in
            guard let certificate else {
                let base = HTTP1Channel(responder: responder, configuration: http1)
                return BoundedChannel(base: base, bounds: bounds, configuration: configuration, responder: web)
            }
            let base = try HTTP2UpgradeChannel(
                tlsChannelConfiguration: TLSChannelConfiguration(tlsConfiguration: certificate.configuration()),
                configuration: http2,
                responder: responder
            )
            return BoundedChannel(base: base, bounds: bounds, configuration: configuration, responder: web)
        }
    }

    private var http1: HTTP1Channel.Configuration {
        let (configuration, lifecycle) = (configuration, lifecycle)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionRules(configuration, lifecycle)],
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.headerLimit,
                maxHeaderListSize: configuration.headerLimit,
                maxHeaderFieldCount: 100
            )
        )
    }

    private var http2: HTTP2UpgradeChannel.Configuration {
        HTTP2UpgradeChannel.Configuration(
            idleTimeout: configuration.idleTimeout,
            gracefulCloseTimeout: configuration.requestDeadline,
            streamConfiguration: http1
        )
    }
}
