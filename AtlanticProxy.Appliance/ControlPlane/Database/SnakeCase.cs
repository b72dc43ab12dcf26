using System.Text;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>How names are spelled in the database, and in codes of errors.</summary>
internal static class SnakeCase
{
    /// <summary><c>BytesUp</c> to <c>bytes_up</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
