import Synchronization

/// The instruments of one metric by their labels: made when first used, and held from then on.
///
/// The backend finds the same instrument for the same labels, but looking for it costs many times what counting does.
/// One that is made before the backend is there stays without effect, so let whoever counts hold these, and no global.
public final class Instruments<Labels: Hashable & Sendable, Instrument: Sendable>: Sendable {
    private let known = Mutex<[Labels: Instrument]>([:])
    private let make: @Sendable (Labels) -> Instrument

    /// Instruments that are made like this. Labels have to be few: nothing is ever forgotten.
    public init(_ make: @escaping @Sendable (Labels) -> Instrument) { self.make = make }

    /// The instrument of these labels.
    public subscript(labels: Labels) -> Instrument {
        known.withLock { known in
            if let instrument = known[labels] { return instrument }
            let instrument = make(labels)
            known[labels] = instrument
            return instrument
        }
    }
}
