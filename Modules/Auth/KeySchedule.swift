import FoundationEssentials

/// Decides when signing keys come and go.
///
/// A new key is published for a while before it signs, so that every node and every verifier that caches the key set
/// knows it by then. An old one stays until the last token that it signed is long over.
enum KeySchedule {
    /// How long a key signs.
    static let lifetime: TimeInterval = 90 * 86_400
    /// How long a new key is only published.
    ///
    /// Longer than nodes and verifiers cache.
    static let lead: TimeInterval = 3600
    /// How long a key is published after its successor took over.
    ///
    /// Longer than any access token lasts.
    static let trail: TimeInterval = 3600
    /// How long a node goes without looking for changes.
    static let reload: TimeInterval = 300

    /// When a new key has to begin to sign; nil while the present ones will do.
    static func successor(to keys: [SigningKey], at now: Date) -> Date? {
        guard let newest = keys.map(\.usedFrom).max() else { return now }
        return now >= newest + lifetime - lead ? max(now + lead, newest + lifetime) : nil
    }

    /// The key that signs now.
    static func signer(of keys: [SigningKey], at now: Date) -> SigningKey? {
        keys.filter { $0.usedFrom <= now }.max { $0.usedFrom < $1.usedFrom }
    }

    /// The keys that nothing needs any more.
    static func retired(of keys: [SigningKey], at now: Date) -> [SigningKey] {
        guard let takeover = keys.map(\.usedFrom).filter({ $0 + trail <= now }).max() else { return [] }
        return keys.filter { $0.usedFrom < takeover }
    }
}
