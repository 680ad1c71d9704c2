import FoundationEssentials
import HTTPTypes
public import Postgres
public import Web

/// Lets clients repeat a request safely: what it asks for is done once for a key, and repeats get the first answer
/// (draft-ietf-httpapi-idempotency-key-header).
///
/// The answer is stored in the transaction that does it, so there is no moment at which one exists without the other.
public struct IdempotencyKeys: Sendable {
    let database: Database

    /// Keys stored in this database, until a ``KeySweeper`` removes them.
    public init(_ database: Database) { self.database = database }

    /// The transaction that a request asks for. Its result is rendered by `reply` before it is committed, because that is
    /// what repeats will get; the handler renders it the same way.
    ///
    /// A result may be that the client does not get what it asked for, such as a payment that was refused: then `reply`
    /// throws the problem, which is committed with everything else.
    public func once<Output: Sendable, Body>(
        _ request: Request,
        reply: @escaping @Sendable (Output) throws -> Reply<Body>
    ) throws -> Once<Output> {
        guard let use = try KeyUse(request) else { return Once(database: database, record: nil) }
        let endpoint = request.endpoint
        return Once(
            database: database,
            record: Once.Record(use: use) { output, tx in
                let answer = try Self.answer(to: request) { try reply(output).response(for: endpoint) }
                use.keep(answer, in: tx)
            }
        )
    }

    private static func answer(to request: Request, _ reply: () throws -> Response) throws -> Response {
        do {
            return try reply()
        } catch let error as any ProblemConvertible where error.problem.code.status.kind == .clientError {
            return error.problem.response(to: request)
        }
    }

    /// Answers what was answered before.
    var layer: Layer {
        Layer { [database] request, next in
            guard let use = try KeyUse(request) else { return try await next(request) }
            if let answer = try await use.answer(from: database) { return answer }
            do {
                return try await next(request)
            } catch IdempotencyError.answered {
                // Somebody else was done between the look and the claim.
                guard let answer = try await use.answer(from: database) else { throw IdempotencyError.atWork }
                return answer
            }
        }
    }
}

extension Endpoint {
    /// The same endpoint, which takes an `Idempotency-Key`. Its handler has to make its change in the transaction of
    /// ``IdempotencyKeys/once(_:reply:)``.
    public func idempotent(by keys: IdempotencyKeys, required: Bool = false) -> Endpoint {
        taking(
            .idempotencyKey(
                "\(required ? "Has to name" : "Names") this request, so that sending it again does not do it again",
                required: required
            ),
            failing: [.idempotencyKeyInUse, .idempotencyKeyReused],
            inside: keys.layer
        )
    }
}
