using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Relay;

/// <summary>An established tunnel, whatever is done to its bytes on the way.</summary>
internal interface ITunnel
{
    /// <summary>Ends the tunnel now. Both sides see a reset, since the stream is not complete.</summary>
    void Cut(ConnectionOutcome outcome);
}
