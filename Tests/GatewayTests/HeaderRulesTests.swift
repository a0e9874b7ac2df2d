import FoundationEssentials
import NIOCore
import ServiceKit
import Testing

@testable import Gateway

@Suite("Headers")
struct HeaderRulesTests {
    private static let inside = NetworkRange.privateNetworks.compactMap { NetworkRange($0) }

    @Test(
        "AU-6, case 32: what only the platform may say is never passed on, however it is written",
        arguments: [
            "X-User-Id", "x-user-id", "X-USER-ROLE", "X-User-", "X_User_Id", "X-User_Id", "X-Internal-Key",
            "x-internal-a",
            "X-Forwarded-Host", "X-Forwarded-User", "Forwarded", "X-Real-IP",
            "Proxy-Authorization",
            "Proxy-Connection", "Keep-Alive", "TE", "Trailer", "HTTP2-Settings", "X-Request-Timeout", "content_length",
        ]
    )
    func dropped(name: String) {
        #expect(HeaderRules.request(name) == .drop)
    }

    @Test(
        "Everything else passes",
        arguments: [
            "Accept", "Content-Type", "If-Match", "Range", "Cookie", "X-Users", "X-Userland", "Te2", "X-Forwarder",
            "tracestate", "User-Agent", "X-Foo", "Origins", "ABCDEFGHI", "X-Real-Ip2",
        ]
    )
    func passed(name: String) {
        #expect(HeaderRules.request(name) == .pass)
    }

    @Test("The client's address is where the connection comes from, unless that is one of our own proxies (GW-6)")
    func forwardedFor() throws {
        let peer = ClientAddress(try SocketAddress(ipAddress: "10.0.0.9", port: 1))
        let proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        #expect(peer.resolving(forwardedFor: ["1.2.3.4"], trusted: []).text == "10.0.0.9")
        #expect(peer.resolving(forwardedFor: ["1.2.3.4"], trusted: proxies).text == "1.2.3.4")
        #expect(peer.resolving(forwardedFor: ["6.6.6.6, 1.2.3.4, 10.1.1.1"], trusted: proxies).text == "1.2.3.4")
        #expect(peer.resolving(forwardedFor: ["6.6.6.6", "1.2.3.4"], trusted: proxies).text == "1.2.3.4")
        #expect(peer.resolving(forwardedFor: ["<script>"], trusted: proxies).text == "10.0.0.9")
        let stranger = ClientAddress(try SocketAddress(ipAddress: "9.9.9.9", port: 1))
        #expect(stranger.resolving(forwardedFor: ["1.2.3.4"], trusted: proxies).text == "9.9.9.9")
    }

    @Test(
        "Near is what no router of the internet passes on",
        arguments: [
            "127.0.0.1", "10.9.8.7", "192.168.1.1", "172.31.0.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1",
        ]
    )
    func inside(text: String) throws {
        let address = ClientAddress(try SocketAddress(ipAddress: text, port: 1))
        #expect(address.isInside(Self.inside))
    }

    @Test(
        "Everything else is far",
        arguments: ["1.2.3.4", "172.32.0.1", "192.169.1.1", "2001:db8::1", "::2", "::ffff:1.2.3.4"]
    )
    func outside(text: String) throws {
        let address = ClientAddress(try SocketAddress(ipAddress: text, port: 1))
        #expect(!address.isInside(Self.inside))
    }

    @Test("Whoever passes on what others ask is near only if it is a proxy of ours, and the others are near")
    func hearsay() throws {
        let peer = ClientAddress(try SocketAddress(ipAddress: "10.0.0.9", port: 1))
        let proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        #expect(!peer.resolving(forwardedFor: ["1.2.3.4"], trusted: proxies).isInside(Self.inside))
        #expect(!peer.resolving(forwardedFor: ["192.168.0.1"], trusted: []).isInside(Self.inside))
        #expect(!peer.resolving(forwardedFor: ["nonsense"], trusted: proxies).isInside(Self.inside))
        #expect(peer.resolving(forwardedFor: ["192.168.0.1"], trusted: proxies).isInside(Self.inside))
        #expect(peer.resolving(forwardedFor: ["10.0.0.8"], trusted: proxies).isInside(Self.inside))
    }

    @Test("A site is the /48 of an IPv6 address; IPv4 has none")
    func sites() throws {
        func site(_ text: String) throws -> String? { ClientAddress(try SocketAddress(ipAddress: text, port: 1)).site }
        #expect(try site("2001:db8:1:2::3") == site("2001:db8:1:ffff::1"))
        #expect(try site("2001:db8:1::1") != site("2001:db8:2::1"))
        #expect(try site("1.2.3.4") == nil)
    }

    @Test("One household counts as one, whichever of its IPv6 addresses it uses")
    func limitKeys() throws {
        func key(_ text: String) throws -> String {
            ClientAddress(try SocketAddress(ipAddress: text, port: 1)).limitKey
        }
        #expect(try key("2001:db8:1:2:3::4") == key("2001:db8:1:2:ffff::1"))
        #expect(try key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        #expect(try key("1.2.3.4") != key("1.2.3.5"))
        #expect(try key("::ffff:1.2.3.4") == "::ffff:1.2.3.4")
    }

    @Test("Names that the gateway gives to requests are what the services take for names")
    func names() throws {
        var random = FastRandom()
        let ids = (0..<100).map { _ in RequestNames.correlationID(random: &random) }
        #expect(Set(ids).count == 100)
        for id in ids {
            #expect(CorrelationID(id) != nil)
            #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
            #expect(Array(id)[14] == "7")
            #expect("89ab".contains(Array(id)[19]))
        }
        let traces = (0..<100).map { _ in RequestNames.traceParent(random: &random) }
        #expect(Set(traces).count == 100)
        #expect(traces.allSatisfy { TraceParent($0)?.description == $0 })
    }

    @Test("The time of day is written as RFC 3339 has it")
    func wallClock() {
        func text(_ milliseconds: Int64) -> String {
            var buffer = ByteBuffer()
            WallClock(milliseconds: milliseconds).write(into: &buffer)
            return String(buffer: buffer)
        }
        #expect(text(0) == "1970-01-01T00:00:00.000Z")
        #expect(text(951_782_400_123) == "2000-02-29T00:00:00.123Z")
        #expect(text(1_772_377_199_999) == "2026-03-01T14:59:59.999Z")
    }
}
