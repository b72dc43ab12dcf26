namespace AtlanticProxy.Web.Shell;

/// <summary>A filter that is on.</summary>
/// <param name="Label">What it lets through, in the reader's language.</param>
/// <param name="Without">The page's address without it.</param>
internal sealed record FilterChip(string Label, string Without);
