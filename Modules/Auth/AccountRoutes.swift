import HTTPTypes
import Web

/// `/v1/auth/register` and what follows until the address is confirmed, and `/v1/me`.
struct AccountRoutes: Sendable {
    let accounts: AccountService
    let rules: PasswordRules

    var endpoints: [Endpoint] { [register, verifyEmail, resendVerification, me] }

    private var register: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/register",
            "register",
            "Open an account",
            access: .anyone,
            accepts: RegisterBody.self,
            returns: .accepted(MailNotice.self),
            fails: [.serviceUnavailable]
        ) { _, body in
            try await accounts.register(
                Registration(email: body.email, password: body.password, name: body.name, rules: rules)
            )
            return .accepted(MailNotice())
        }
        .limited(to: .register)
    }

    private var verifyEmail: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/verify-email",
            "verifyEmail",
            "Confirm an address",
            access: .anyone,
            accepts: VerifyEmailBody.self,
            returns: .noContent,
            fails: [.notFound]
        ) { _, body in
            try await accounts.verifyEmail(token: body.token.trimmed)
            return .noContent
        }
        .limited(to: .passcode)
    }

    private var resendVerification: Endpoint {
        Endpoint(
            .post,
            "/v1/auth/resend-verification",
            "resendVerification",
            "Ask for another confirmation mail",
            access: .anyone,
            accepts: ResendVerificationBody.self,
            returns: .accepted(MailNotice.self)
        ) { _, body in
            try await accounts.resendVerification(to: EmailAddress(body.email, field: "email"))
            return .accepted(MailNotice())
        }
        .limited(to: .passcode)
    }

    private var me: Endpoint {
        Endpoint(.get, "/v1/me", "getMe", "Who is signed in", access: .account, returns: .ok(User.self)) { request in
            .ok(User(try await accounts.account(request.identity.user)))
        }
    }
}

/// The same for everyone, so that it tells nobody whether an address is known.
struct MailNotice: ResponseBody {
    let message = "If there is something to do, a mail is on its way that says what"

    static let schema = Schema.object(
        "MailNotice",
        "The same for everyone: it tells nobody whether an address is known",
        [
            .required(
                "message",
                .string().example("If there is something to do, a mail is on its way that says what"),
                "What happens now"
            )
        ]
    )
}

struct RegisterBody: RequestBody {
    let email: String
    let password: String
    let name: String?

    static let schema = Schema.object(
        "Registration",
        "An account to open",
        [
            .required("email", .string(min: 3, max: 320).example("name@example.com"), "The address to sign in with"),
            .required(
                "password",
                .string(min: 1, max: 512).example("a quiet evening at home"),
                "8 to 128 characters, none of the common ones"
            ),
            .optional("name", .nullable(.string(min: 1, max: 80)).example("Ada"), "The name that mails and pages use"),
        ]
    )
}

struct VerifyEmailBody: RequestBody {
    let token: String

    static let schema = Schema.object(
        "EmailVerification",
        "Proof that the mail arrived",
        [.required("token", .string(min: 1, max: 128).example("q1Vb3mXo9aZr0sT7"), "The token from the mail")]
    )
}

struct ResendVerificationBody: RequestBody {
    let email: String

    static let schema = Schema.object(
        "VerificationRequest",
        "A wish for another mail",
        [.required("email", .string(min: 3, max: 320).example("name@example.com"), "The address to be confirmed")]
    )
}
