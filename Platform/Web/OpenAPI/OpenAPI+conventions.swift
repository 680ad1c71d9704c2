extension OpenAPI {
    /// What holds for every operation, so that none has to say it.
    static let conventions = """
        What holds for every operation:

        - **Signing in.** Operations that need it take an access token as `Authorization: Bearer …`. Tokens are short-lived; \
        the refresh token brings new ones.
        - **Values.** Moments are RFC 3339 in UTC. Money is a whole number of the currency's minor unit and an ISO 4217 \
        code. Requests with members or parameters that are not described are refused; replies may get more members.
        - **Problems** are `application/problem+json` of RFC 9457. Decide by `code`: it is stable, texts are not. `errors` \
        names every value at fault at once, and `requestId` finds the request in our log.
        - **Pages.** Where there is a `cursor`, send `nextCursor` of the last page as the next one's, or follow `Link`.
        - **Versions.** `ETag` names what was read. `If-None-Match` reads only what is newer; `If-Match` changes only what \
        is still as it was.
        - **Trying again.** Changes with an `Idempotency-Key` happen once however often they are sent. After 429 and 503, \
        wait as long as `Retry-After` says.
        - **Reading what was written.** Changes answer with `Storytime-Position` once others hear of them. Sent back as \
        `Storytime-Wait-For`, it makes a read wait until it shows them.
        """
}
