import Crypto
import FoundationEssentials
import HTTPTypes
import Identifiers
import Postgres
import StrictJSON
import Web

/// One request under its key: whose, for what, and with which body.
struct KeyUse: Sendable {
    let user: UUID
    let operation: String
    let key: IdempotencyKey
    let fingerprint: Data
    private let requestID: String

    /// Nil for a request without a key.
    init?(_ request: Request) throws {
        guard let field = request.headers[.idempotencyKey] else { return nil }
        key = try IdempotencyKey(field)
        user = try request.identity.user.rawValue
        operation = "\(request.method) \(request.path)"
        fingerprint = Data(SHA256.hash(data: request.body))
        requestID = request.id
    }

    /// What was answered before; nil if nothing was.
    ///
    /// - Throws: ``IdempotencyError/reused`` if it was another body's answer.
    func answer(from database: Database) async throws -> Response? {
        let rows = try await database.read(
            """
            SELECT fingerprint, status, content_type, location, body FROM web.idempotency_key
            WHERE user_id = \(user) AND operation = \(operation) AND key = \(key.text)
            """
        )
        guard let row = rows.first else { return nil }
        guard try row["fingerprint"] as Data == fingerprint else { throw IdempotencyError.reused }
        var headers: HTTPFields = [.idempotentReplayed: "true"]
        headers[.contentType] = try row["content_type"]
        headers[.location] = try row["location"]
        return Response(
            status: HTTPResponse.Status(code: try row["status"]),
            headers: headers,
            body: .bytes(replayed([UInt8](try row["body"] as Data), headers))
        )
    }

    /// The stored body. A problem names the request that it is the answer to.
    private func replayed(_ body: [UInt8], _ headers: HTTPFields) -> [UInt8] {
        guard headers[.contentType] == Problem.contentType, var problem = try? JSON(parsing: body).object else {
            return body
        }
        problem["requestId"] = .string(requestID)
        return JSON.object(problem).bytes
    }

    /// Keeps every other request with this key out until the transaction ends. The lock ends with the transaction or its
    /// connection, so a crash leaves none.
    func claim(in tx: borrowing Transaction) async throws {
        let name = "web:\(user):\(operation):\(key.text)"
        let claimed = try await tx.query("SELECT pg_try_advisory_xact_lock(hashtextextended(\(name), 0)) AS claimed")
        guard try claimed[0]["claimed"] else { throw IdempotencyError.atWork }
        // A statement of its own, which sees what was committed before the lock was free.
        let answered = try await tx.query(
            """
            SELECT 1 FROM web.idempotency_key
            WHERE user_id = \(user) AND operation = \(operation) AND key = \(key.text)
            """
        )
        guard answered.isEmpty else { throw IdempotencyError.answered }
    }

    /// Stores the answer.
    func keep(_ response: Response, in tx: borrowing Transaction) {
        guard case .bytes(let body) = response.body else { return }
        tx.send(
            """
            INSERT INTO web.idempotency_key (user_id, operation, key, fingerprint, status, content_type, location, body)
            VALUES (\(user), \(operation), \(key.text), \(fingerprint), \(response.status.code),
                    \(response.headers[.contentType]), \(response.headers[.location]), \(Data(body)))
            """
        )
    }
}
