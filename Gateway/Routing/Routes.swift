extension RoutingTable {
    /// Every path of the platform, by prefix; of several that fit, the longest decides.
    static func platform() throws(RoutingTableError) -> RoutingTable {
        try RoutingTable([
            // The gateway's own face
            Route("/health", .gateway(.health), .open, .unlimited),
            Route("/health/live", .gateway(.live), .open, .unlimited),
            Route("/health/ready", .gateway(.ready), .open, .unlimited),
            Route("/gateway/services", .gateway(.services), .open, .unlimited),
            Route("/gateway/metrics", .gateway(.metrics), .open, .unlimited),
            Route("/gateway/breakers", .gateway(.breakers), .administrator),
            Route("/gateway/traces", .gateway(.traces), .administrator),

            // Auth: whoever has no token yet is limited tightly, by address
            Route("/auth/login", .service(.user), .open, .login),
            Route("/auth/register", .service(.user), .open, .login),
            Route("/auth/redeem", .service(.user), .open, .code),
            Route("/auth/telegram", .service(.user), .open, .code),
            Route("/auth/refresh", .service(.user), .open, .refresh),
            Route("/auth", .service(.user), .token),
            Route("/api/v1/auth/login", .service(.user), .open, .login),
            Route("/api/v1/auth/register", .service(.user), .open, .login),
            Route("/api/v1/auth/redeem", .service(.user), .open, .code),
            Route("/api/v1/auth/telegram", .service(.user), .open, .code),
            Route("/api/v1/auth/refresh", .service(.user), .open, .refresh),
            Route("/api/v1/auth", .service(.user), .token),
            Route("/.well-known/jwks.json", .service(.user), .open),

            // People
            Route("/api/v1/users", .service(.user), .token),

            // Lessons; whoever knows the secret address of a calendar feed may read it
            Route("/api/v1/lessons", .service(.lesson), .token),
            Route("/api/v1/schedules", .service(.lesson), .token),
            Route("/api/v1/calendar", .service(.lesson), .token),
            Route("/calendar", .service(.lesson), .open),

            // Gamification
            Route("/api/v1/students", .service(.student), .token),
            Route("/api/v1/achievements", .service(.student), .token),
            Route("/api/v1/leaderboard", .service(.student), .token),
            Route("/api/v1/challenges", .service(.student), .token),
            Route("/api/v1/competitions", .service(.student), .token),
        ])
    }
}
