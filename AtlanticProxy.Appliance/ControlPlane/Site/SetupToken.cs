using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Opens the setup page, once.</summary>
/// <param name="Text">Shown to who may run the command line, and kept nowhere.</param>
public sealed record SetupToken(string Text, DateTimeOffset ExpiresAt)
{
    /// <summary>A working day with a night behind it: whoever installs in the evening goes on in the morning.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Without the token, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(SetupToken)} until {ExpiresAt:u}";

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>In a time that does not depend on where they differ.</summary>
    internal static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
