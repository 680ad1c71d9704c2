import EventDelivery
import Postgres

extension Bells {
    func keep(_ rang: Delivered<Rang>, tx: borrowing Transaction) {  // expect: 'tx' is borrowed and cannot be consumed
        _ = Kept(tx: tx)
    }
}

struct Kept: ~Copyable {
    let tx: Transaction
}
