using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>One key of ASP.NET Data Protection (cookies, antiforgery), as XML under the secret box.</summary>
[Table("data_protection_keys")]
internal sealed class DataProtectionKey
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public required string FriendlyName { get; set; }
    public required byte[] XmlSealed { get; set; }
}
