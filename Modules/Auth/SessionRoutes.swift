import HTTPTypes
import Identifiers
import Web

/// Signing in and out, refreshing, and the list of sessions.
struct SessionRoutes: Sendable {
    let sessions: SessionService

    var endpoints: [Endpoint] { [login, refresh, logout, list, end] }

    private var login: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/login",
            "login",
            "Sign in",
            access: .anyone,
            accepts: LoginBody.self,
            returns: .ok(SignedIn.self),
            fails: [.invalidCredentials, .emailNotVerified, .serviceUnavailable]
        ) { request, body in
            .ok(
                try await sessions.login(
                    EmailAddress(body.email, field: "email"),
                    Password(body.password),
                    device: request.device
                )
            )
        }
        .limited(to: .login)
    }

    private var refresh: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/refresh",
            "refreshTokens",
            "Trade a refresh token for new tokens",
            access: .anyone,
            accepts: RefreshBody.self,
            returns: .ok(SignedIn.self),
            fails: [.invalidToken, .tokenExpired]
        ) { _, body in
            .ok(try await sessions.refresh(body.refreshToken))
        }
    }

    private var logout: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/logout",
            "logout",
            "End this session",
            access: .account,
            returns: .noContent
        ) { request in
            let identity = try request.identity
            try await sessions.end(SessionID(identity.session), of: identity.user, because: .logout)
            return .noContent
        }
    }

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/sessions",
            "listSessions",
            "Where the account is signed in, newest first",
            access: .account,
            query: .paging,
            returns: .ok(Page<SessionItem>.self)
        ) { request in
            let (identity, paging) = (try request.identity, try request.paging)
            let cursor = try paging.cursor.map { try SessionCursor.read($0) }
            let (found, hasMore) = try await sessions.list(of: identity.user, before: cursor, limit: paging.limit)
            let items = found.map { SessionItem($0, isCurrent: $0.id.rawValue == identity.session) }
            let next = hasMore ? found.last.map { SessionCursor.write($0.id) } : nil
            return .ok(Page(items, nextCursor: next).sealed(by: paging))
        }
    }

    private var end: Endpoint {
        Endpoint(
            .delete,
            "/v1/sessions/{session}",
            "endSession",
            "Sign out elsewhere",
            access: .account,
            returns: .noContent,
            fails: [.notFound]
        ) { request in
            try await sessions.end(request.id("session"), of: request.identity.user, because: .revoked)
            return .noContent
        }
    }
}

extension Request {
    /// What the client calls itself, fit to be stored and shown.
    fileprivate var device: String? {
        guard let agent = headers[.userAgent] else { return nil }
        let shown = agent.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(200)
        return shown.isEmpty ? nil : String(String.UnicodeScalarView(shown))
    }
}
