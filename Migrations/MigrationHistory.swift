/// A migration as the database remembers it.
public struct AppliedMigration: Sendable, Hashable, Encodable {
    /// Its schema.
    public let schema: String
    /// Its number within the schema.
    public let number: Int
    /// What it did.
    public let title: String
    /// SHA-256 of its text.
    public let checksum: String
    /// When it was applied, as Postgres writes it.
    public let appliedAt: String
}

/// What was applied, compared with what this program knows.
public struct MigrationHistory: Sendable {
    /// Applied, in the order of application.
    public let applied: [AppliedMigration]
    /// Known and not applied, in the order in which they will be.
    public let pending: [Migration]
    /// Where the two disagree; empty when all is well.
    public let conflicts: [String]

    init(known: [Migration], applied: [AppliedMigration]) {
        self.applied = applied
        let byName = Dictionary(uniqueKeysWithValues: applied.map { (Self.name($0.schema, $0.number), $0) })
        let knownNames = Set(known.map { Self.name($0.schema, $0.number) })
        pending = known.filter { byName[Self.name($0.schema, $0.number)] == nil }
        var conflicts: [String] = []
        for migration in known {
            guard let row = byName[Self.name(migration.schema, migration.number)] else { continue }
            if row.checksum != migration.checksum {
                conflicts.append("\(migration.name) was changed after it was applied: write a new migration instead")
            }
        }
        for row in applied where !knownNames.contains(Self.name(row.schema, row.number)) {
            conflicts.append("\(row.schema)/\(row.number) was applied by a newer program: deploy that one or later")
        }
        for migration in pending {
            let latest = applied.filter { $0.schema == migration.schema }.map(\.number).max() ?? 0
            if migration.number < latest {
                conflicts.append("\(migration.name) is missing although \(migration.schema)/\(latest) was applied")
            }
        }
        self.conflicts = conflicts
    }

    /// Throws when the two disagree.
    public func check() throws(MigrationConflict) {
        guard conflicts.isEmpty else { throw MigrationConflict(conflicts: conflicts) }
    }

    private static func name(_ schema: String, _ number: Int) -> String { "\(schema)/\(number)" }
}

/// The database and this program disagree about the past. Nothing was changed.
public struct MigrationConflict: Error, CustomStringConvertible {
    /// Each disagreement and what to do about it.
    public let conflicts: [String]
    /// All of them.
    public var description: String { "the database cannot be migrated: " + conflicts.joined(separator: "; ") }
}

/// A migration failed; it was rolled back, and those before it stay.
public struct MigrationFailure: Error, CustomStringConvertible {
    let migration: String
    let title: String
    let reason: String
    /// What failed and why.
    public var description: String { "migration \(migration) (\(title)) failed and was rolled back: \(reason)" }
}
