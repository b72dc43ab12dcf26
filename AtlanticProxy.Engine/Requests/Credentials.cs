namespace AtlanticProxy.Engine.Requests;

/// <summary>Credentials as presented.</summary>
/// <param name="Username">With its targeting.</param>
/// <param name="Password">UTF-8.</param>
internal sealed record Credentials(string Username, byte[] Password);
