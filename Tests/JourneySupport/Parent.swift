import Foundation
import Postgres
package import StrictJSON

/// A parent who has an account and is signed in.
package struct Parent: Sendable {
    /// The parent at one server. The tokens are good at every server on the same database.
    package let client: Client
    /// The account.
    package let user: String
    /// Its address.
    package let email: String
    /// What the last sign-in gave.
    package let refreshToken: String

    /// Long, so that it is nobody's first guess.
    package static let password = "seven sleepy hedgehogs"

    /// Registers, reads the mail, confirms the address and signs in.
    package static func join(_ client: Client, _ storytime: Storytime) async throws -> Parent {
        let email = "parent-\(UUID().uuidString.lowercased())@example.com"
        try await client(
            "POST",
            "/v1/auth/register",
            ["email": .string(email), "password": .string(password), "name": "Kim"]
        )
        .expect(202)
        let code = try await storytime.mailbox.confirmationCode(for: email)
        try await client("POST", "/v1/auth/verify-email", ["token": .string(code)]).expect(204)
        return try await signIn(client, email: email)
    }

    /// Signs in.
    package static func signIn(_ client: Client, email: String) async throws -> Parent {
        let answer = try await client(
            "POST",
            "/v1/auth/login",
            ["email": .string(email), "password": .string(password)]
        )
        let session = try answer.expect(200)
        return Parent(
            client: Client(port: client.port, token: try session.text("accessToken")),
            user: try session["user"].unwrapped.text("id"),
            email: email,
            refreshToken: try session.text("refreshToken")
        )
    }

    /// The same parent at another server.
    package func at(_ server: Server) -> Client { Client(port: server.port, token: client.token) }

    /// Adds a kid and returns its identifier.
    package func addKid(_ name: String) async throws -> String {
        try await client("POST", "/v1/kids", ["name": .string(name), "ageBand": "6-8"]).expect(201).text("id")
    }

    /// Sets the family's time zone.
    package func live(in zone: String) async throws {
        try await client("PUT", "/v1/family", ["timeZone": .string(zone)]).expect(200)
    }

    /// Pays for a plan and waits until families and stories know its limits.
    package func buy(_ plan: String, _ storytime: Storytime) async throws {
        let key = ["Idempotency-Key": UUID().uuidString]
        try await client("POST", "/v1/payments", Self.order(plan), headers: key).expect(201)
        try await eventually("the plan \(plan) reaches families and stories") {
            let rows = try await storytime.database.read(
                """
                SELECT (SELECT kids FROM families.entitlement WHERE parent_id::text = \(user))
                         = (SELECT kids FROM subscriptions.plan WHERE slug = \(plan))
                   AND (SELECT stories_per_day FROM stories.entitlement WHERE parent::text = \(user))
                         = (SELECT stories_per_day FROM subscriptions.plan WHERE slug = \(plan)) AS known
                """
            )
            return try rows[0]["known"] as Bool? == true
        }
    }

    /// The body of a payment for a month of a plan with a card that works.
    package static func order(_ plan: String) -> JSON {
        ["plan": .string(plan), "period": "monthly", "paymentMethod": "pm_card_visa"]
    }
}

extension JSON {
    /// The text of a member that must be there.
    package func text(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw MemberMissing(name: name, json: self) }
        return text
    }
}

extension JSON? {
    /// The value, which must be there.
    package var unwrapped: JSON {
        get throws {
            guard let self else { throw MemberMissing(name: "value", json: .null) }
            return self
        }
    }
}

/// A JSON value lacks a member.
struct MemberMissing: Error {
    let name: String
    let json: JSON
}
