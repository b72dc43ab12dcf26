using Microsoft.AspNetCore.Builder;

namespace AtlanticProxy.Web.Api;

/// <summary>An operation on what has versions: it answers <c>ETag</c>, and a change heeds <c>If-Match</c>.</summary>
internal sealed record Versioned;

internal static class VersionedOperations
{
    public static RouteHandlerBuilder Versioned(this RouteHandlerBuilder operation) => operation.WithMetadata(new Versioned());
}
