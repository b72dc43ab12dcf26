using System.Text.Json;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Demo;

/// <summary>A login to the portal.</summary>
internal sealed record PortalLogin(string Email, string Password)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Email;
}

/// <summary>The logins of the demonstration, kept beside its data so that the next run prints the same.</summary>
internal sealed record DemoCredentials(PortalLogin Admin, PortalLogin Customer, string SimulatorPassword)
{
    public static DemoCredentials LoadOrCreate(string file)
    {
        if (File.Exists(file))
            return JsonSerializer.Deserialize<DemoCredentials>(File.ReadAllText(file), JsonSerializerOptions.Web)
                ?? throw new StartupException(
                    $"{file} holds no demonstration logins: delete it together with its data directory.");
        var made = new DemoCredentials(
            new PortalLogin("admin@example.com", SecretGenerator.Next()),
            new PortalLogin("alice@example.com", SecretGenerator.Next()), SecretGenerator.Next());
        PrivateFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(made, JsonSerializerOptions.Web));
        return made;
    }

    public override string ToString() => $"{Admin}, {Customer}";
}
