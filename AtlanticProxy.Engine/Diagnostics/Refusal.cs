namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>Why a request is refused.</summary>
/// <param name="Detail">The token or rule that is at fault, in plain ASCII; null when the outcome says it all.</param>
/// <param name="Error">What happened, one of <see cref="ProxyErrors"/>; null where it is what the outcome usually means.</param>
internal readonly record struct Refusal(ConnectionOutcome Outcome, string? Detail = null, string? Error = null);
