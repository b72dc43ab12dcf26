using System.Globalization;
using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>
/// Writes text onto A4 pages from top to bottom, and begins the next one where no room is left. Points (1/72 inch).
/// </summary>
internal sealed class PaperCanvas : IDisposable
{
    public const double Margin = 50;
    public const double Width = 595 - (2 * Margin); // A4 is 595 by 842 points
    public const double LineHeight = 13.5;

    /// <summary>Room for the footer and the page's number.</summary>
    private const double FootHeight = 90;

    private const double TextSize = 9.5, SmallSize = 8, TitleSize = 18, TextLeading = 10;

    private readonly PdfDocument _document = new();
    private readonly XFont _text = new(PaperFonts.Family, TextSize), _bold = new(PaperFonts.Family, TextSize, XFontStyleEx.Bold);
    private readonly XFont _title = new(PaperFonts.Family, TitleSize, XFontStyleEx.Bold),
        _small = new(PaperFonts.Family, SmallSize);
    private readonly Action<PaperCanvas>? _onNewPage;
    private PdfPage _page;
    private XGraphics _graphics;

    /// <param name="made">Of the document: the day on it.</param>
    /// <param name="onNewPage">Draws what stands at the top of each further page.</param>
    public PaperCanvas(string title, string author, DateTimeOffset made, Action<PaperCanvas> onNewPage)
    {
        (_document.Info.Title, _document.Info.Author) = (title, author);
        (_document.Info.CreationDate, _document.Info.ModificationDate) = (made.UtcDateTime, made.UtcDateTime);
        (_page, _graphics) = AddPage();
        _onNewPage = onNewPage;
    }

    /// <summary>Where the next line goes, from the top.</summary>
    public double Y { get; set; } = Margin;

    /// <summary>Answers how tall it is: at most what is asked for.</summary>
    public double Image(byte[] bytes, double maxWidth, double maxHeight)
    {
        using var stream = new MemoryStream(bytes);
        using var image = XImage.FromStream(stream);
        double scale = Math.Min(maxWidth / image.PixelWidth, maxHeight / image.PixelHeight);
        _graphics.DrawImage(image, Margin, Y, image.PixelWidth * scale, image.PixelHeight * scale);
        return image.PixelHeight * scale;
    }

    public void Title(string text) => _graphics.DrawString(text, _title, XBrushes.Black, new XPoint(Margin, Y + TitleSize));

    /// <summary>Text from <paramref name="x"/> on, wrapped to a width. Answers how many lines it took.</summary>
    /// <param name="x">From the left margin.</param>
    public int Text(string text, double x, double width, bool bold = false)
    {
        var lines = Wrap(text, width, bold ? _bold : _text);
        for (int i = 0; i < lines.Count; i++)
            _graphics.DrawString(lines[i], bold ? _bold : _text, XBrushes.Black,
                new XPoint(Margin + x, Y + TextLeading + (i * LineHeight)));
        return lines.Count;
    }

    /// <summary>Text that ends at <paramref name="x"/>.</summary>
    public void Right(string text, double x, bool bold = false) => _graphics.DrawString(
        text, bold ? _bold : _text, XBrushes.Black, new XPoint(Margin + x, Y + TextLeading), XStringFormats.BaseLineRight);

    public void Rule(double from = 0, double width = 0.8) => _graphics.DrawLine(
        new XPen(XColors.Black, width), Margin + from, Y, Margin + Width, Y);

    /// <summary>How many lines the text takes.</summary>
    public int Measure(string text, double width) => Wrap(text, width, _text).Count;

    /// <summary>Begins another page where less than this is left.</summary>
    public void Need(double height)
    {
        if (Y + height <= _page.Height.Point - FootHeight)
            return;
        _graphics.Dispose();
        (_page, _graphics) = AddPage();
        Y = Margin;
        _onNewPage?.Invoke(this);
    }

    /// <summary>The foot of each page, then the document's bytes.</summary>
    /// <param name="page">"Page {0} of {1}".</param>
    public byte[] Finish(IReadOnlyList<string> footer, string page)
    {
        _graphics.Dispose();
        for (int i = 0; i < _document.PageCount; i++)
        {
            using var graphics = XGraphics.FromPdfPage(_document.Pages[i]);
            double y = _document.Pages[i].Height.Point - FootHeight + LineHeight;
            foreach (string line in footer.SelectMany(line => Wrap(line, Width, _small)).Take(5))
                graphics.DrawString(line, _small, XBrushes.DimGray, new XPoint(Margin, y += SmallSize + 2));
            graphics.DrawString(string.Format(CultureInfo.InvariantCulture, page, i + 1, _document.PageCount), _small,
                XBrushes.DimGray, new XPoint(Margin + Width, _document.Pages[i].Height.Point - (Margin / 2)),
                XStringFormats.BaseLineRight);
        }
        using var bytes = new MemoryStream();
        _document.Save(bytes, closeStream: false);
        return bytes.ToArray();
    }

    public void Dispose()
    {
        _graphics.Dispose();
        _document.Dispose();
    }

    private (PdfPage Page, XGraphics Graphics) AddPage()
    {
        var page = _document.AddPage();
        page.Size = PageSize.A4;
        return (page, XGraphics.FromPdfPage(page));
    }

    /// <summary>At spaces; a word that is wider than a line is cut.</summary>
    private List<string> Wrap(string text, double width, XFont font)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line is "" ? word : $"{line} {word}";
            if (Fits(longer))
            {
                line = longer;
                continue;
            }
            if (line is not "")
                lines.Add(line);
            line = word;
            while (!Fits(line))
            {
                int length = Enumerable.Range(1, line.Length).TakeWhile(n => n == 1 || Fits(line[..n])).Last();
                lines.Add(line[..length]);
                line = line[length..];
            }
        }
        lines.Add(line);
        return lines;

        bool Fits(string part) => _graphics.MeasureString(part, font).Width <= width;
    }
}
