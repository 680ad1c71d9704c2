import FoundationEssentials
import Identifiers
import Web

/// Where a page of the inbox ended: the last notification's identifier, in base64url.
enum InboxCursor {
    static func encode(_ id: NotificationID) -> String {
        unsafe withUnsafeBytes(of: id.rawValue.uuid) { unsafe Data($0) }
            .base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decode(_ cursor: String) throws -> NotificationID {
        let base64 = cursor.replacing("-", with: "+").replacing("_", with: "/") + "=="
        guard cursor.utf8.count == 22, let data = Data(base64Encoded: base64), data.count == 16 else {
            let error = FieldError.parameter("cursor", "cursor", "Send the nextCursor of the previous page as it is")
            throw Problem.validation([error])
        }
        return NotificationID(UUID(uuid: unsafe data.withUnsafeBytes { unsafe $0.loadUnaligned(as: uuid_t.self) }))
    }
}

extension NotificationID {
    /// Above every identifier: where the first page begins.
    static var last: NotificationID {
        let all = UInt8.max
        return NotificationID(
            UUID(uuid: (all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all))
        )
    }
}
