namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Images that pages and papers show as a logo: known by their first bytes, whatever the file is called.</summary>
public static class LogoImage
{
    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>Whether it is a PNG or JPEG image, or nothing.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.Length == 0 || bytes.StartsWith(Png) || bytes.StartsWith(Jpeg);

    /// <summary>What it is served as.</summary>
    public static string TypeOf(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Jpeg) ? "image/jpeg" : "image/png";
}
