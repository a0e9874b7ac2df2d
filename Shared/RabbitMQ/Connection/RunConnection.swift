internal import Logging
internal import ServiceLifecycle

/// Runs a connection on a thread of its own, with a watchdog on a second one, until its role is finished.
func runConnection<Role: ConnectionRole>(
    _ configuration: RabbitMQConfiguration,
    mailbox: Mailbox<Role.Command>,
    logger: Logger,
    makeRole: @escaping @Sendable () -> Role,
    onGracefulShutdown: @escaping @Sendable () -> Void,
    onCancel: @escaping @Sendable () -> Void
) async {
    let socketGuard = SocketGuard()
    // Ten looks within the shortest limit that it enforces.
    let watchdog = Watchdog(socketGuard, interval: min(configuration.publishTimeout, configuration.rpcTimeout) / 10)
    await withTaskCancellationHandler {
        await withGracefulShutdownHandler {
            async let watching: Void = ConnectionThread(name: "amqp-watchdog").run { watchdog.run() }
            await ConnectionThread(name: "amqp").run {
                var loop = ConnectionLoop(
                    configuration: configuration,
                    mailbox: mailbox,
                    socketGuard: socketGuard,
                    role: makeRole(),
                    logger: logger
                )
                loop.run()
            }
            watchdog.stop()
            await watching
        } onGracefulShutdown: {
            onGracefulShutdown()
        }
    } onCancel: {
        onCancel()
    }
}
