extension RoutingTable {
    /// Every path of the platform, by prefix; of several that fit, the longest decides.
    static func platform() throws(RoutingTableError) -> RoutingTable {
        try RoutingTable([
            // The gateway's own face; what tells addresses, load and breakers is not for everybody
            GatewayRoute("/health", .gateway(.health), .open, .probe),
            GatewayRoute("/health/live", .gateway(.live), .open, .probe),
            GatewayRoute("/health/ready", .gateway(.ready), .open, .probe),
            GatewayRoute("/gateway/services", .gateway(.services), .insider),
            GatewayRoute("/gateway/metrics", .gateway(.metrics), .insider),
            GatewayRoute("/gateway/breakers", .gateway(.breakers), .administrator),
            GatewayRoute("/gateway/traces", .gateway(.traces), .administrator),

            // Auth: whoever has no token yet is limited tightly, by address
            GatewayRoute("/auth/login", .service(.user), .open, .login),
            GatewayRoute("/auth/register", .service(.user), .open, .login),
            GatewayRoute("/auth/redeem", .service(.user), .open, .code),
            GatewayRoute("/auth/refresh", .service(.user), .open, .refresh),
            GatewayRoute("/auth/change-password", .service(.user), .token, .login),
            GatewayRoute("/auth", .service(.user), .token),
            GatewayRoute("/api/v1/auth/login", .service(.user), .open, .login),
            GatewayRoute("/api/v1/auth/register", .service(.user), .open, .login),
            GatewayRoute("/api/v1/auth/redeem", .service(.user), .open, .code),
            GatewayRoute("/api/v1/auth/refresh", .service(.user), .open, .refresh),
            GatewayRoute("/api/v1/auth/change-password", .service(.user), .token, .login),
            GatewayRoute("/api/v1/auth", .service(.user), .token),
            GatewayRoute("/.well-known/jwks.json", .service(.user), .open),

            // People
            GatewayRoute("/api/v1/users", .service(.user), .token),

            // Lessons
            GatewayRoute("/api/v1/lessons", .service(.lesson), .token),

            // Gamification
            GatewayRoute("/api/v1/students", .service(.student), .token),
            GatewayRoute("/api/v1/achievements", .service(.student), .token),
        ])
    }
}
