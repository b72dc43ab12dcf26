namespace AtlanticProxy.Engine.Relay;

/// <summary>What became of one forwarded request.</summary>
internal enum ExchangeEnd
{
    /// <summary>Answered; the connection can carry another request.</summary>
    Reusable,

    /// <summary>Answered; the connection must close.</summary>
    Closing,

    /// <summary>The connection is a tunnel now (101), and no longer the caller's.</summary>
    Tunnel,

    /// <summary>Nothing was sent to the client yet, and <see cref="HttpExchange.Failure"/> says why.</summary>
    Failed,

    /// <summary>
    /// The reused upstream connection was dead before it answered: another may be tried with the very same request.
    /// </summary>
    Stale,
}
