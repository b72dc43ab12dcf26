using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web;

/// <summary>What the host tells the portal while both run.</summary>
public sealed class PortalState
{
    /// <summary>Hexadecimal digits of a hash: enough to tell one look from the next.</summary>
    private const int VersionLength = 12;

    private volatile bool _databaseIsAway;
    private volatile SiteLook _look = SiteLook.Plain;
    private volatile string _lookVersion = "";

    /// <summary>The database has not answered since the start: no page can be made, so none is tried.</summary>
    public bool DatabaseIsAway
    {
        get => _databaseIsAway;
        set => _databaseIsAway = value;
    }

    /// <summary>
    /// How pages look. Kept here, so that no page asks the database for it, not even the one that says it is away.
    /// </summary>
    public SiteLook Look
    {
        get => _look;
        set
        {
            _look = value;
            byte[] seen = [.. System.Text.Encoding.UTF8.GetBytes(value.Accent ?? ""), .. value.Logo ?? []];
            _lookVersion = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(seen))[..VersionLength];
        }
    }

    /// <summary>Of the colours and the logo, for their addresses.</summary>
    public string LookVersion => _lookVersion;
}
