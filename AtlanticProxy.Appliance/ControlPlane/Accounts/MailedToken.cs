using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What a link in a mail carries: good once, and kept as its SHA-256, since it is random and long.</summary>
internal static class MailedToken
{
    public static string Next() => SecretGenerator.Next();

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
