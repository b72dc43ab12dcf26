namespace AtlanticProxy.Web.Compat;

/// <summary>What a vendor's dialect reads and answers differently by setting: section <c>Compat:Vendor</c>.</summary>
public sealed class DialectOptions
{
    /// <summary>Bytes of what the dialect calls a GB: 1 000 000 000, or 1 073 741 824. No vendor says which.</summary>
    public long BytesPerGb { get; set; } = GigabyteUnit.Decimal;

    /// <summary>All that is wrong with these settings; empty when valid.</summary>
    /// <param name="section">As the configuration names it.</param>
    public IEnumerable<string> Validate(string section)
    {
        if (BytesPerGb is not (GigabyteUnit.Decimal or GigabyteUnit.Binary))
            yield return $"{section}:BytesPerGb: {BytesPerGb} is neither {GigabyteUnit.Decimal} nor {GigabyteUnit.Binary}.";
    }
}

/// <summary>Settings of the vendors' APIs.</summary>
public sealed record CompatOptions(
    DialectOptions Webshare, DialectOptions IpRoyal, DialectOptions Oxylabs, DialectOptions Decodo)
{
    public static CompatOptions Standard => new(new(), new(), new(), new());
}
