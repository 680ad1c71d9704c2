import HTTPTypes

extension Endpoint {
    /// Every reply a client may get, by status.
    var replies: [ReplyDescription] {
        let problems = Dictionary(grouping: possibleProblems, by: \.status)
        var statuses = Set(problems.keys).union(responses.map(\.status))
        if isConditional { statuses.insert(.notModified) }
        return statuses.sorted { $0.code < $1.code }.map { status in
            let success = responses.first { $0.status == status }
            return ReplyDescription(
                status: status,
                success: success,
                sparse: sparse,
                headers: [.requestID] + (success?.headers ?? []) + headers(of: status),
                problems: problems[status] ?? []
            )
        }
    }

    /// Whether clients may ask for it by the version that they have.
    private var isConditional: Bool { method == .get && (access == .account || access == .parent || sharing != nil) }

    /// Every problem a client of this endpoint may meet, the handler's own and those of the way to it.
    private var possibleProblems: [ProblemCode] {
        var codes: [ProblemCode] = [.malformedRequest, .internal, .deadlineExceeded, .serviceUnavailable]
        codes += [.payloadTooLarge, .requestTimeout]
        if access != .anyone { codes += [.authenticationRequired, .invalidToken, .tokenExpired] }
        if access == .parent || access == .administrator { codes.append(.invalidRole) }
        if !pathParameters.isEmpty { codes.append(.notFound) }
        if accepts != nil { codes += [.malformedBody, .unsupportedMediaType, .validationFailed] }
        if accepts == nil { codes.append(.validationFailed) }
        return codes + failures.filter { !codes.contains($0) }
    }

    private func headers(of status: HTTPResponse.Status) -> [HTTPField.Name] {
        switch status {
        case .notModified: [.eTag]
        case .unauthorized: [.wwwAuthenticate]
        case .methodNotAllowed: [.allow]
        case .unsupportedMediaType: [method == .patch ? .acceptPatch : .acceptPost]
        case .serviceUnavailable: [.retryAfter]
        case .tooManyRequests: [.retryAfter, .rateLimit, .rateLimitPolicy]
        case _ where status.kind == .successful: headersOfSuccess(status)
        default: []
        }
    }

    private func headersOfSuccess(_ status: HTTPResponse.Status) -> [HTTPField.Name] {
        var headers: [HTTPField.Name] = method.isSafe ? [] : [.position]
        if isConditional, status == .ok { headers.append(.eTag) }
        if queryParameters.contains(where: { $0.name == "cursor" }) { headers.append(.link) }
        return headers
    }
}
