/// The routes, in the order in which they are tried.
///
/// A class, so that every connection can hold it for the price of a reference.
final class RoutingTable: Sendable {
    /// All routes, the longest prefix first, and at the end the one that fits everything.
    let routes: [GatewayRoute]

    /// Checks and sorts the routes.
    ///
    /// - Parameter routes: In any order.
    init(_ routes: [GatewayRoute]) throws(RoutingTableError) {
        var seen: Set<String> = []
        for route in routes {
            guard route.prefix.first == "/", route.prefix.count == 1 || route.prefix.last != "/",
                route.prefix.utf8.allSatisfy({ $0 == UInt8(ascii: "/") || $0.isUnreserved })
            else { throw .notAPath(route.prefix) }
            guard seen.insert(route.prefix).inserted else { throw .twice(route.prefix) }
        }
        let sorted = routes.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        self.routes = sorted + [GatewayRoute("/", .gateway(.unknownPath), .open)]
    }

    /// The number of the route for a request target that ``RequestTarget/isAcceptable(_:)`` accepts.
    func index(of target: String) -> Int {
        var target = target
        return target.withUTF8 { target in
            for index in self.routes.indices where Self.fits(self.routes[index].prefix, target) { return index }
            return self.routes.count - 1
        }
    }

    private static func fits(_ prefix: String, _ target: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = prefix.utf8.count
        guard target.count >= length else { return false }
        var position = 0
        // From the end: prefixes differ there, they all begin alike.
        for byte in prefix.utf8.reversed() {
            position += 1
            if target[length - position] != byte { return false }
        }
        return target.count == length || target[length] == UInt8(ascii: "/") || target[length] == UInt8(ascii: "?")
    }
}

/// What is wrong with the routes.
enum RoutingTableError: Error, Equatable {
    /// A prefix does not begin with a slash, or ends with one, or holds characters that may also come encoded.
    case notAPath(String)
    /// Two routes have the same prefix.
    case twice(String)
}
