import Identifiers
import StrictJSON

/// What is to be shown in the app.
struct Notice: Sendable, Hashable {
    let user: UserID
    let category: Category
    let title: String
    let body: String
    /// What a client needs to lead to the thing itself.
    var data: JSON = .object(JSONObject())
}
