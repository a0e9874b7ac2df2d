internal import BlockingIO
internal import Postgres
internal import RabbitMQ

extension MetricsRegistry {
    /// Shows how a connection pool is used.
    func observe(postgres: PostgresClient) {
        self.collect { text in
            let pool = postgres.statistics
            text.gauge("postgres_pool_connections", "Open connections.", Double(pool.size))
            text.gauge("postgres_pool_in_use", "Connections that are lent.", Double(pool.inUse))
            text.gauge("postgres_pool_waiting", "Callers that wait for one.", Double(pool.waiting))
            text.counter("postgres_pool_timeouts_total", "Callers that waited in vain.", Double(pool.timeouts))
        }
    }

    /// Shows how publishing goes.
    func observe(publisher: RabbitMQPublisher) {
        self.collect { text in
            let state = publisher.state
            text.gauge("rabbitmq_publisher_connected", "1 while the connection stands.", state.isConnected ? 1 : 0)
            text.gauge(
                "rabbitmq_publisher_blocked",
                "1 while the broker takes nothing.",
                state.blockedReason == nil ? 0 : 1
            )
            text.gauge("rabbitmq_publisher_in_flight", "Messages without a confirm.", Double(state.inFlight))
            text.counter("rabbitmq_publisher_failures_total", "Connections lost or not made.", Double(state.failures))
        }
    }
}
