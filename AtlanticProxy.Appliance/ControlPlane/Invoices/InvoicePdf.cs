namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>A paper as PDF: who sells and buys, the lines, the sums, the notes, and the foot on each page.</summary>
internal static class InvoicePdf
{
    /// <summary>In points, from the left margin: where the columns of numbers end.</summary>
    private const double QuantityEnd = 285, UnitPriceEnd = 360, TaxEnd = 410, DescriptionWidth = 250, SellerAt = 300, SumAt = 250;

    private const double LogoWidth = 170, LogoHeight = 62;

    static InvoicePdf() => PaperFonts.Use();

    /// <param name="logo">PNG or JPEG; null for none.</param>
    public static byte[] Render(InvoiceSheet sheet, byte[]? logo, DateTimeOffset made)
    {
        using var paper = new PaperCanvas(sheet.Title, sheet.SellerName, made, page => Headings(page, sheet.Headings));
        Seller(paper, sheet, logo);
        paper.Title(sheet.Title);
        paper.Y += 38;
        Buyer(paper, sheet);
        Headings(paper, sheet.Headings);
        foreach (var row in sheet.Rows)
            Row(paper, row);
        Sums(paper, sheet);
        foreach (string note in sheet.Notes)
        {
            paper.Need(2 * PaperCanvas.LineHeight);
            paper.Y += paper.Text(note, 0, PaperCanvas.Width) * PaperCanvas.LineHeight;
        }
        return paper.Finish(sheet.Footer, sheet.Page);
    }

    private static void Seller(PaperCanvas paper, InvoiceSheet sheet, byte[]? logo)
    {
        double top = paper.Y;
        double logoEnd = top + (logo is null ? 0 : paper.Image(logo, LogoWidth, LogoHeight));
        Block(paper, sheet.SellerName, sheet.Seller, SellerAt, PaperCanvas.Width - SellerAt);
        paper.Y = Math.Max(paper.Y, logoEnd) + 30;
    }

    private static void Buyer(PaperCanvas paper, InvoiceSheet sheet)
    {
        double top = paper.Y;
        foreach (var date in sheet.Dates)
        {
            paper.Text(date.Label, SellerAt, 100);
            paper.Right(date.Value, PaperCanvas.Width);
            paper.Y += PaperCanvas.LineHeight;
        }
        double end = paper.Y;
        paper.Y = top;
        Block(paper, sheet.BillTo, sheet.Buyer, 0, DescriptionWidth);
        paper.Y = Math.Max(paper.Y, end) + 26;
    }

    private static void Block(PaperCanvas paper, string heading, IReadOnlyList<string> lines, double x, double width)
    {
        paper.Y += paper.Text(heading, x, width, bold: true) * PaperCanvas.LineHeight;
        foreach (string line in lines)
            paper.Y += paper.Text(line, x, width) * PaperCanvas.LineHeight;
    }

    private static void Headings(PaperCanvas paper, SheetRow headings)
    {
        Cells(paper, headings, bold: true);
        paper.Y += PaperCanvas.LineHeight + 2;
        paper.Rule();
        paper.Y += 4;
    }

    private static void Row(PaperCanvas paper, SheetRow row)
    {
        double height = (paper.Measure(row.Description, DescriptionWidth) * PaperCanvas.LineHeight) + 3;
        paper.Need(height);
        Cells(paper, row, bold: false);
        paper.Y += height;
    }

    private static void Cells(PaperCanvas paper, SheetRow row, bool bold)
    {
        paper.Text(row.Description, 0, DescriptionWidth, bold);
        paper.Right(row.Quantity, QuantityEnd, bold);
        paper.Right(row.UnitPrice, UnitPriceEnd, bold);
        paper.Right(row.Tax, TaxEnd, bold);
        paper.Right(row.Amount, PaperCanvas.Width, bold);
    }

    private static void Sums(PaperCanvas paper, InvoiceSheet sheet)
    {
        paper.Need((sheet.Sums.Count + 3) * PaperCanvas.LineHeight);
        paper.Y += 2;
        paper.Rule(SumAt, 0.4);
        paper.Y += 4;
        foreach (var sum in sheet.Sums)
            Sum(paper, sum, bold: false);
        Sum(paper, sheet.Total, bold: true);
        paper.Y += PaperCanvas.LineHeight;
    }

    private static void Sum(PaperCanvas paper, SheetLabel sum, bool bold)
    {
        paper.Text(sum.Label, SumAt, 120, bold);
        paper.Right(sum.Value, PaperCanvas.Width, bold);
        paper.Y += PaperCanvas.LineHeight;
    }
}
