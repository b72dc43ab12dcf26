using System.Text;
using System.Text.Json;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Certificates;

/// <summary>What is on disk of one name's certificate, for the appliance's user alone.</summary>
/// <param name="Folder">Of this name.</param>
/// <param name="Subject">What is asked for, and of whom.</param>
internal sealed record AcmeFiles(string Folder, string Subject)
{
    /// <summary>The certificate in use, its chain and its key in one file, so that all change at once.</summary>
    public string Certificate => Path.Combine(Folder, "certificate.pem");

    private string StateFile => Path.Combine(Folder, "state.json");

    /// <summary>Nothing tried yet, when there is no state, or one of other settings.</summary>
    public AcmeState Read()
    {
        var none = new AcmeState(Subject, null, null, 0, null);
        try
        {
            return JsonSerializer.Deserialize<AcmeState>(File.ReadAllBytes(StateFile)) is { } state && state.Subject == Subject
                ? state
                : none;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return none;
        }
    }

    public void Write(AcmeState state)
    {
        Directory.CreateDirectory(Folder, AcmeFolder.OwnerOnly);
        PrivateFile.Write(StateFile, JsonSerializer.SerializeToUtf8Bytes(state));
    }

    /// <summary>Puts what the authority issued in use.</summary>
    public void Install(string pem) => PrivateFile.Write(Certificate, Encoding.ASCII.GetBytes(pem));
}
