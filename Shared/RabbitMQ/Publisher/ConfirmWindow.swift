/// The messages that are published and not yet confirmed, by the number that the broker counts them with.
///
/// The broker numbers the messages of a channel from 1 and confirms them in any order, one or many at a time.
struct ConfirmWindow<Ticket> {
    private var slots: [Ticket?]
    /// Every number before this one is settled.
    private var oldest: UInt64 = 1
    private var next: UInt64 = 1
    /// How many messages wait for their confirm.
    private(set) var count = 0

    init(capacity: Int) {
        self.slots = Array(repeating: nil, count: max(1, capacity))
    }

    /// Whether nothing may be published now.
    ///
    /// A single late confirm keeps at most one window of later ones waiting.
    var isFull: Bool { self.next - self.oldest == UInt64(self.slots.count) }

    /// Notes the message that is published next.
    mutating func append(_ ticket: Ticket) {
        self.slots[self.slot(of: self.next)] = ticket
        self.next += 1
        self.count += 1
    }

    /// Takes out what a confirm speaks about, in the order of publishing.
    ///
    /// - Parameters:
    ///   - tag: The number.
    ///   - multiple: Whether every open number up to it is meant too.
    mutating func settle(_ tag: UInt64, multiple: Bool) -> [Ticket] {
        guard tag >= self.oldest, tag < self.next else { return [] }
        var settled: [Ticket] = []
        for number in (multiple ? self.oldest : tag)...tag {
            guard let ticket = self.slots[self.slot(of: number)] else { continue }
            self.slots[self.slot(of: number)] = nil
            settled.append(ticket)
        }
        self.count -= settled.count
        while self.oldest < self.next, self.slots[self.slot(of: self.oldest)] == nil { self.oldest += 1 }
        return settled
    }

    /// The oldest open message for which `predicate` holds.
    func first(where predicate: (Ticket) -> Bool) -> Ticket? {
        for number in self.oldest..<self.next {
            if let ticket = self.slots[self.slot(of: number)], predicate(ticket) { return ticket }
        }
        return nil
    }

    /// Starts anew, as every new channel does.
    mutating func reset() {
        self = ConfirmWindow(capacity: self.slots.count)
    }

    private func slot(of number: UInt64) -> Int {
        Int(number % UInt64(self.slots.count))
    }
}
