using System.Xml.Linq;
using AtlanticProxy.ControlPlane.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// Keeps ASP.NET Data Protection's keys (cookies, antiforgery) in the database, so that every node reads the same cookies, and
/// under the secret box, so that a stolen backup forges none. The interface is synchronous; it is called at start and then every
/// few weeks.
/// </summary>
/// <remarks>Plain Npgsql: the start waits for it, and linq2db's first query takes 0.2 s of CPU.</remarks>
internal sealed class SealedKeyRepository(NpgsqlDataSource database, SecretBox box) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var keys = new List<XElement>();
        using var command = database.CreateCommand("select friendly_name, xml_sealed from data_protection_keys order by id");
        using var rows = command.ExecuteReader();
        while (rows.Read())
            keys.Add(XElement.Parse(box.Open(rows.GetFieldValue<byte[]>(1), SecretPlace.DataProtectionKey(rows.GetString(0)))));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        byte[] sealedXml = box.Seal(element.ToString(SaveOptions.DisableFormatting), SecretPlace.DataProtectionKey(friendlyName));
        using var command =
            database.CreateCommand("insert into data_protection_keys (friendly_name, xml_sealed) values ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter { Value = friendlyName });
        command.Parameters.Add(new NpgsqlParameter { Value = sealedXml });
        command.ExecuteNonQuery();
    }
}
