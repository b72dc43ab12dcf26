namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// What carries a local socket's bytes on (through TLS) to the peer that they are meant for, and knows what a local socket cannot
/// say of an ending.
/// </summary>
internal interface ISocketBridge
{
    /// <summary>The peer's connection broke: the end of the stream that is read here is not an orderly one.</summary>
    bool PeerReset { get; }

    /// <summary>The loop is about to close its end. Returns at once.</summary>
    /// <param name="reset">The peer shall see a reset; what it has not got yet is lost.</param>
    void OnClosing(bool reset);
}
