namespace AtlanticProxy.Engine.Transport;

/// <summary>Work in progress for a client that can be told to stop.</summary>
internal interface ICancellable
{
    /// <summary>
    /// Whether a client that ends its sending side, with nothing more sent, has given up; it may as well be waiting for its
    /// answer.
    /// </summary>
    bool EndsWithHalfClose { get; }

    void Cancel();
}
