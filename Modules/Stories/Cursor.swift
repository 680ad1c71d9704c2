import FoundationEssentials
import StrictJSON
import Web

/// A place in a feed as opaque text: the key of the last item, as JSON in base64url.
enum Cursor {
    static func encode(_ key: some Encodable) throws -> String {
        Data(try JSON(encoding: key).bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Whoever wrote it: the values in it are a client's and may be anything of their type, save text with U+0000.
    ///
    /// - Throws: a ``Problem`` that names the parameter `cursor`, for anything that `encode` did not write.
    static func decode<Key: Decodable>(_ text: String, as _: Key.Type = Key.self) throws -> Key {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), !String(decoding: data, as: UTF8.self).contains("\\u0000"),
            let json = try? JSON(parsing: data), let key = try? json.decode(Key.self)
        else {
            throw Problem.validation([
                .parameter("cursor", .format, "Send nextCursor of the previous page as it is, or leave it out")
            ])
        }
        return key
    }
}

extension Page {
    /// The page that a query for one item more than wanted has found.
    init(_ found: [Item], limit: Int, key: (Item) -> some Encodable) throws {
        let items = Array(found.prefix(limit))
        let last = found.count > limit ? items.last : nil
        self.init(items, nextCursor: try last.map { try Cursor.encode(key($0)) })
    }
}
