extension String {
    /// The one of some words that this may be a misspelling of; nil when none is near.
    func nearest(in words: some Sequence<String>) -> String? {
        let near = words.map { (word: $0, distance: distance(to: $0)) }.min {
            ($0.distance, $0.word) < ($1.distance, $1.word)
        }
        guard let near, near.distance <= Swift.max(2, count / 4) else { return nil }
        return near.word
    }

    /// How many letters have to be inserted, removed or replaced (Levenshtein).
    private func distance(to other: String) -> Int {
        let other = Array(other.unicodeScalars)
        var row = Array(0...other.count)
        for (index, letter) in unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (letter == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
