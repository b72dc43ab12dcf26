namespace AtlanticProxy.ControlPlane.Database;

/// <summary>One key of ASP.NET Data Protection (cookies, antiforgery), as XML under the secret box.</summary>
internal sealed class DataProtectionKey
{
    public long Id { get; set; }
    public required string FriendlyName { get; set; }
    public required byte[] XmlSealed { get; set; }
}
