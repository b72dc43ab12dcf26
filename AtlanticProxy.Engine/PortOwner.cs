using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine;

/// <summary>The proxy user that a port belongs to, and the targeting of everything that comes in on it.</summary>
internal sealed record PortOwner(string UserName, Targeting Targeting);
