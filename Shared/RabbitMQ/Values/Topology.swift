/// The exchanges, queues and bindings that somebody relies on; declared at every connect.
///
/// Declared arguments are only what a policy can not set (type and single active consumer). Limits and dead-lettering
/// belong into a policy, because a declared argument can never be changed while the queue exists.
public struct Topology: Sendable, Equatable {
    /// An exchange.
    public struct Exchange: Sendable, Equatable {
        /// How an exchange routes.
        public enum Kind: String, Sendable {
            /// By patterns of the routing key.
            case topic
            /// By the whole routing key.
            case direct
            /// To everybody.
            case fanout
            /// By headers.
            case headers
        }

        /// The name.
        public var name: String
        /// How it routes.
        public var kind: Kind
        /// Whether it outlives a restart of the broker.
        public var isDurable: Bool

        /// Describes an exchange.
        public init(_ name: String, _ kind: Kind = .topic, isDurable: Bool = true) {
            self.name = name
            self.kind = kind
            self.isDurable = isDurable
        }
    }

    /// A queue.
    public struct Queue: Sendable, Equatable {
        /// How a queue stores.
        public enum Kind: String, Sendable {
            /// Replicated and durable, with a delivery limit and safe dead-lettering.
            case quorum
            /// The old kind.
            case classic
        }

        /// The name.
        public var name: String
        /// How it stores.
        public var kind: Kind
        /// Whether only one consumer at a time gets messages, so that their order holds.
        public var hasSingleActiveConsumer: Bool
        /// Whether it outlives a restart of the broker; a quorum queue always does.
        public var isDurable: Bool
        /// Whether it belongs to one connection and ends with it; classic queues only.
        public var isExclusive: Bool
        /// Whether it ends with its last consumer; classic queues only.
        public var isAutoDeleted: Bool
        /// Further arguments.
        public var arguments: [String: HeaderValue]

        /// Describes a queue.
        public init(
            _ name: String,
            _ kind: Kind = .quorum,
            hasSingleActiveConsumer: Bool = false,
            isDurable: Bool = true,
            isExclusive: Bool = false,
            isAutoDeleted: Bool = false,
            arguments: [String: HeaderValue] = [:]
        ) {
            self.name = name
            self.kind = kind
            self.hasSingleActiveConsumer = hasSingleActiveConsumer
            self.isDurable = isDurable
            self.isExclusive = isExclusive
            self.isAutoDeleted = isAutoDeleted
            self.arguments = arguments
        }

        /// Everything that goes into the declaration's table.
        var declaredArguments: [String: HeaderValue] {
            var arguments = self.arguments
            arguments["x-queue-type"] = .string(self.kind.rawValue)
            if self.hasSingleActiveConsumer { arguments["x-single-active-consumer"] = .boolean(true) }
            return arguments
        }
    }

    /// A route from an exchange to a queue.
    public struct Binding: Sendable, Equatable {
        /// The queue that gets the messages.
        public var queue: String
        /// The exchange they come from.
        public var exchange: String
        /// The key or pattern.
        public var routingKey: String

        /// Describes a route.
        public init(queue: String, exchange: String, routingKey: String) {
            self.queue = queue
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// Declared first.
    public var exchanges: [Exchange]
    /// Declared second.
    public var queues: [Queue]
    /// Declared last.
    public var bindings: [Binding]

    /// Collects what is needed; by default nothing.
    public init(exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }

    /// Everything of both.
    public static func + (left: Topology, right: Topology) -> Topology {
        Topology(
            exchanges: left.exchanges + right.exchanges,
            queues: left.queues + right.queues,
            bindings: left.bindings + right.bindings
        )
    }
}

/// What a consumer found when it connected.
public struct QueueState: Sendable, Equatable {
    /// Whether the queue did not exist before: messages may be missing that were published in the meantime.
    public let wasCreated: Bool
    /// How many messages are ready in it.
    public let messageCount: Int

    /// States what was found.
    public init(wasCreated: Bool, messageCount: Int) {
        self.wasCreated = wasCreated
        self.messageCount = messageCount
    }
}

/// How much is in a queue.
public struct QueueCounts: Sendable, Equatable {
    /// How many messages are ready, not counting those that a consumer holds.
    public let messages: Int
    /// How many consumers it has.
    public let consumers: Int

    /// States what was counted.
    public init(messages: Int, consumers: Int) {
        self.messages = messages
        self.consumers = consumers
    }
}
