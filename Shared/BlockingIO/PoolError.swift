/// Why a pool refused to lend a connection; failures to *open* one are thrown as they came.
public enum PoolError: Error, Equatable {
    /// The queue is full, or the caller waited for as long as is allowed.
    case exhausted
    /// The pool was closed.
    case closed
}
