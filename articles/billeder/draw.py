#!/usr/bin/env python3
"""Draws the pictures of the sample articles: `articles/billeder/draw.py`, beside which they are written.

It takes Pillow (Debian: python3-pil). A drawing stands on a sheet of 160 x 90 units, in the colours of the sections.
"""

from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 540
UNIT = 24  # points a unit while drawing; the sheet is then made a quarter as wide, which smooths edges

PAPER, SAND, STONE, NIGHT, INK, WHITE = "#F2EFE6", "#DCD7CA", "#A5A8A6", "#22303B", "#17212B", "#FBFAF6"
PETROL, SKY = "#1D5C86", "#8EBFE5"
FIR, LEAF = "#256646", "#8FC8A9"
BRICK, ROSE = "#9C2F24", "#EFA390"
OCHRE, CORN = "#7E5108", "#E0B566"
PLUM, LILAC = "#7E3A70", "#D9A6CF"
SKINS = ("#EBC4A2", "#C58F68", "#8A5A3C", "#F0D3B8")


class Sheet:
    """One drawing; all measures are units from the upper left corner."""

    def __init__(self, ground):
        self.image = Image.new("RGB", (160 * UNIT, 90 * UNIT), ground)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x, y, width, height, colour, round=0):
        self.pen.rounded_rectangle(points(x, y, x + width, y + height), round * UNIT, colour)

    def disc(self, x, y, radius, colour):
        self.oval(x, y, radius, radius, colour)

    def oval(self, x, y, across, down, colour):
        self.pen.ellipse(points(x - across, y - down, x + across, y + down), colour)

    def shape(self, colour, *corners):
        self.pen.polygon(points(*corners), colour)

    def line(self, colour, thick, *corners):
        self.pen.line(points(*corners), colour, round(thick * UNIT), joint="curve")
        for x, y in zip(corners[::2], corners[1::2]):
            self.disc(x, y, thick / 2, colour)

    def arc(self, x, y, radius, start, end, colour, thick):
        self.pen.arc(points(x - radius, y - radius, x + radius, y + radius), start, end, colour, round(thick * UNIT))

    def lines(self, x, y, width, number, colour, apart=4, thick=1):
        """Writing, as seen from afar: each third line is shorter."""
        for row in range(number):
            self.box(x, y + row * apart, width * (0.65 if row % 3 == 2 else 1), thick, colour, thick / 2)

    def person(self, x, foot, tall, coat, skin=0, hair=INK):
        """Somebody seen from the front, standing at `foot` or cut off there."""
        head = tall * 0.13
        self.box(x - head * 1.7, foot - tall + head * 2.2, head * 3.4, tall - head * 2.2, coat, head * 1.4)
        self.box(x - head * 1.7, foot - head * 2, head * 3.4, head * 2, coat)
        self.disc(x, foot - tall + head * 0.9, head * 1.08, hair)
        self.disc(x, foot - tall + head * 1.2, head * 0.95, SKINS[skin])

    def write(self, name):
        small = self.image.resize((WIDTH, HEIGHT), Image.LANCZOS)
        flat = small.quantize(48, dither=Image.Dither.NONE)
        flat.save(Path(__file__).parent / f"{name}.png", optimize=True)


def points(*units):
    return [round(unit * UNIT) for unit in units]


def bus(sheet):
    sheet.box(0, 70, 160, 20, STONE)
    sheet.shape(LEAF, 0, 70, 0, 52, 40, 44, 90, 56, 160, 40, 160, 70)
    sheet.box(22, 22, 112, 48, BRICK, 4)
    sheet.box(22, 54, 112, 4, ROSE)
    for x in (30, 54, 78):
        sheet.box(x, 29, 20, 20, SKY, 1)
        for book, colour in enumerate((CORN, WHITE, PLUM, FIR, PETROL)):
            sheet.box(x + 2 + book * 3.3, 37 + book % 2 * 2, 2.6, 12 - book % 2 * 2, colour)
    sheet.box(104, 29, 13, 39, WHITE, 1)
    sheet.box(121, 29, 10, 20, SKY, 1)
    sheet.person(110.5, 68, 30, PETROL, 1)
    for x in (45, 115):
        sheet.disc(x, 71, 8, INK)
        sheet.disc(x, 71, 3.4, SAND)


def car(sheet):
    sheet.box(0, 68, 160, 22, STONE)
    for x, colour in ((4, BRICK), (42, OCHRE), (80, PLUM), (118, BRICK)):
        sheet.box(x, 30, 36, 38, colour)
        sheet.shape(INK, x - 2, 30, x + 18, 14, x + 38, 30)
        sheet.box(x + 6, 38, 9, 11, CORN)
        sheet.box(x + 22, 42, 9, 26, PAPER)
    sheet.box(36, 54, 84, 20, WHITE, 5)
    sheet.shape(WHITE, 40, 56, 50, 40, 96, 40, 110, 56)
    sheet.shape(SKY, 46, 55, 53, 43, 71, 43, 71, 55)
    sheet.shape(SKY, 75, 55, 75, 43, 94, 43, 103, 55)
    sheet.box(60, 62, 14, 3, FIR)
    sheet.box(65.5, 56.5, 3, 14, FIR)
    for x in (55, 102):
        sheet.disc(x, 74, 7, INK)
        sheet.disc(x, 74, 3, SAND)


def lockers(sheet):
    sheet.box(0, 76, 160, 14, STONE)
    for place in range(7):
        x = 8 + place * 21
        sheet.box(x, 12, 18, 64, BRICK, 1)
        sheet.box(x + 2, 15, 14, 58, NIGHT)
        if place == 3:
            sheet.box(x + 4, 26, 10, 36, CORN, 3)
            sheet.box(x + 4, 44, 10, 3, WHITE)
            sheet.oval(x + 9, 21, 5, 3.6, WHITE)
            sheet.box(x + 4, 66, 4.4, 6, STONE)
            sheet.box(x + 9.6, 66, 4.4, 6, STONE)
        else:
            sheet.line(STONE, 0.8, x + 6, 26, x + 9, 22, x + 12, 26, x + 6, 26)


def brushes(sheet):
    sheet.box(0, 68, 160, 6, OCHRE)
    sheet.box(0, 74, 160, 16, SAND)
    for place, colour in enumerate((PETROL, BRICK, FIR, PLUM, CORN, NIGHT)):
        x = 15 + place * 23.5
        lean = (-3, 2, 4, -2, 3, -4)[place]
        sheet.line(colour, 2.2, x + 7, 62, x + 7 + lean, 22)
        sheet.box(x + 5.4 + lean, 15, 6, 9, WHITE, 1)
        sheet.box(x, 38, 14, 30, SKY, 2)
        sheet.line(colour, 2.2, x + 7, 62, x + 7 + lean * 0.6, 39)
        sheet.box(x + 1.5, 48, 11, 9, WHITE, 1)
        sheet.lines(x + 3, 51, 8, 2, INK, 3, 0.9)


def telephones(sheet):
    sheet.box(0, 64, 160, 26, OCHRE)
    for x, coat, skin, hair in ((46, PETROL, 0, OCHRE), (114, PLUM, 2, INK)):
        sheet.person(x, 64, 48, coat, skin, hair)
        sheet.arc(x, 23.5, 8, 180, 360, STONE, 1.6)
        sheet.box(x - 9.4, 21, 3.4, 7, STONE, 1.5)
        sheet.box(x + 6, 21, 3.4, 7, STONE, 1.5)
        sheet.line(STONE, 1, x - 7.6, 27, x - 3, 32)
        sheet.box(x - 30, 40, 20, 16, INK, 1)
        sheet.box(x - 28.5, 41.5, 17, 13, SKY)
        sheet.box(x - 22, 56, 4, 8, INK)
    sheet.box(70, 16, 22, 14, WHITE, 6)
    sheet.shape(WHITE, 74, 28, 72, 35, 82, 29)
    sheet.lines(75, 20.5, 12, 2, STONE)


def telephone_on_chair(sheet):
    sheet.box(0, 74, 160, 16, SAND)
    sheet.box(58, 8, 44, 34, PETROL, 5)
    sheet.box(76, 42, 8, 10, INK)
    sheet.box(52, 50, 56, 9, PETROL, 4)
    sheet.box(77, 59, 6, 16, INK)
    sheet.line(INK, 3, 58, 80, 80, 74, 102, 80)
    for x in (58, 80, 102):
        sheet.disc(x, 82, 2.6, INK)
    sheet.shape(BRICK, 62, 50, 68, 36, 92, 36, 98, 50)
    sheet.disc(80, 42.5, 5.6, WHITE)
    sheet.disc(80, 42.5, 2.2, BRICK)
    sheet.box(60, 29, 40, 5, BRICK, 2.5)
    sheet.box(60, 29, 9, 9, BRICK, 2.5)
    sheet.box(91, 29, 9, 9, BRICK, 2.5)


def harbour(sheet):
    sheet.disc(124, 24, 10, CORN)
    sheet.box(0, 52, 160, 38, PETROL)
    for row in range(5):
        sheet.box(12 + row * 29 % 40, 58 + row * 6, 34, 1, SKY, 0.5)
        sheet.box(96 + row * 23 % 30, 60 + row * 6, 28, 1, SKY, 0.5)
    sheet.shape(WHITE, 100, 46, 146, 46, 138, 57, 108, 57)
    sheet.box(112, 36, 16, 10, BRICK, 1)
    sheet.line(INK, 1, 133, 46, 133, 22)
    sheet.box(68, 8, 12, 82, OCHRE, 1)
    for row in range(10):
        sheet.box(68, 14 + row * 7, 6 if row % 2 else 9, 1.2, WHITE)
    sheet.box(0, 74, 60, 16, STONE)
    sheet.person(38, 76, 50, FIR, 0, STONE)
    sheet.line(FIR, 4, 44, 46, 64, 36)
    sheet.disc(65.5, 35.2, 2.2, SKINS[0])


def caller(sheet):
    sheet.box(92, 8, 52, 50, SKY)
    sheet.box(116.5, 8, 3, 50, WHITE)
    sheet.box(92, 31, 52, 3, WHITE)
    sheet.disc(104, 48, 9, LEAF)
    sheet.disc(132, 46, 11, LEAF)
    sheet.person(56, 90, 74, FIR, 0, OCHRE)
    sheet.line(FIR, 6, 70, 66, 80, 50, 68, 34)
    sheet.box(64.5, 20, 4, 17, INK, 2)
    sheet.box(0, 74, 160, 16, OCHRE)
    sheet.box(88, 68, 34, 5, WHITE, 1)
    sheet.line(CORN, 1.6, 126, 72, 140, 68)


def cupboard(sheet):
    sheet.box(18, 6, 60, 80, OCHRE, 1)
    sheet.box(22, 10, 52, 72, NIGHT)
    for y in (32, 56, 80):
        sheet.box(22, y, 52, 2, CORN)
    for place, colour in enumerate((PETROL, BRICK, LEAF, PLUM, CORN, WHITE, ROSE, SKY)):
        sheet.box(26 + place * 5.6, 16 + place % 3 * 2, 4.4, 16 - place % 3 * 2, colour)
        sheet.box(26 + place * 5.6, 42 + place % 2 * 3, 4.4, 14 - place % 2 * 3, colour)
    sheet.box(28, 66, 20, 14, SAND, 1)
    sheet.box(78, 6, 52, 80, CORN, 1)
    sheet.box(88, 16, 32, 56, WHITE)
    for row in range(8):
        sheet.box(92, 22 + row * 6, 24 if row % 3 else 18, 1.4, INK, 0.6)
        if row not in (2, 6):
            sheet.line(BRICK, 1.1, 91, 23.6 + row * 6, 117, 21.6 + row * 6)


def football(sheet):
    sheet.box(0, 46, 160, 44, LEAF)
    sheet.line(WHITE, 1.4, 0, 56, 160, 56)
    for place, coat in enumerate((PETROL, BRICK, CORN, PLUM, WHITE)):
        sheet.person(20 + place * 29, 76, 46 + place % 2 * 6, coat, place % 4, (INK, OCHRE)[place % 2])
        sheet.box(16.6 + place * 29, 76, 3, 8, INK)
        sheet.box(20.6 + place * 29, 76, 3, 8, INK)
    sheet.box(86, 52, 13, 9, FIR, 1)
    sheet.disc(88.8, 55, 1.6, WHITE)
    sheet.lines(91.5, 54, 5.5, 2, WHITE, 2.6, 0.9)
    sheet.disc(120, 82, 4.5, WHITE)
    sheet.disc(120, 82, 1.6, INK)


def furniture(sheet):
    sheet.box(0, 72, 160, 18, STONE)
    sheet.box(104, 14, 46, 58, BRICK)
    for y in (26, 38, 50, 62):
        sheet.box(104, y, 46, 1, ROSE)
    for column in range(3):
        for row in range(3):
            x, y = 8 + column * 22, 54 - row * 19
            if column == 2 and row == 2:
                continue
            sheet.box(x, y, 20, 3, CORN, 0.5)
            sheet.box(x + 1.5, y + 3, 1.6, 16, OCHRE)
            sheet.box(x + 16.9, y + 3, 1.6, 16, OCHRE)
    for row in range(5):
        y = 62 - row * 8
        sheet.box(78, y, 18, 3, PETROL, 1.2)
        sheet.line(PETROL, 2.6, 79, y + 1, 75.5, y - 14)
    sheet.line(INK, 1.4, 80, 64, 78, 73)
    sheet.line(INK, 1.4, 94, 64, 96, 73)


def scales(sheet):
    sheet.box(0, 66, 160, 24, SAND)
    for column in range(8):
        for row in range(3):
            sheet.box(2 + column * 20, 4 + row * 20, 18, 18, WHITE, 1)
    sheet.box(56, 74, 48, 8, STONE, 2)
    sheet.box(70, 76, 20, 4, NIGHT, 1)
    sheet.shape(PETROL, 60, 40, 100, 40, 96, 74, 64, 74)
    sheet.oval(80, 40, 20, 5, NIGHT)
    for x, y, size in ((70, 39, 5), (80, 36, 6), (90, 39, 5), (76, 32, 4.4), (86, 31, 4.4)):
        sheet.oval(x, y, size * 1.2, size, CORN)
        sheet.disc(x - 1.4, y - 1, 0.6, OCHRE)
        sheet.disc(x + 2, y + 0.6, 0.6, OCHRE)
    sheet.oval(128, 20, 20, 6, SKY)
    sheet.oval(128, 19, 13, 3.4, WHITE)
    sheet.oval(112, 22, 4.4, 3.4, CORN)


def dog(sheet):
    sheet.box(0, 74, 160, 16, STONE)
    sheet.box(70, 8, 84, 66, WHITE)
    sheet.box(100, 38, 28, 36, SKY)
    sheet.box(113, 38, 2, 36, WHITE)
    sheet.box(108, 18, 12, 4, BRICK)
    sheet.box(112, 14, 4, 12, BRICK)
    sheet.person(24, 84, 62, PETROL, 0, STONE)
    sheet.line(BRICK, 1, 32, 56, 62, 52)
    sheet.box(50, 54, 32, 15, CORN, 6)
    for x in (52, 58, 72, 77):
        sheet.box(x, 62, 4, 22, CORN, 1.6)
    sheet.line(CORN, 3, 80, 57, 90, 46)
    sheet.disc(54, 47, 8.4, CORN)
    sheet.box(42, 46, 11, 7.4, CORN, 3)
    sheet.oval(43, 48, 1.8, 1.5, INK)
    sheet.disc(51, 44.4, 1.1, INK)
    sheet.oval(58.6, 47, 3, 6.4, OCHRE)
    sheet.line(BRICK, 2, 57.4, 54, 62.4, 52)


def book(sheet):
    sheet.oval(80, 62, 74, 26, WHITE)
    for x in range(14, 150, 8):
        sheet.disc(x, 62, 1.6, ROSE)
    sheet.shape(CORN, 48, 46, 80, 50, 112, 46, 118, 70, 80, 75, 42, 70)
    sheet.shape(PAPER, 50, 44, 80, 48, 80, 72, 45, 67)
    sheet.shape(WHITE, 110, 44, 80, 48, 80, 72, 115, 67)
    sheet.lines(53, 51, 22, 4, STONE)
    sheet.lines(85, 51, 22, 4, STONE)
    for x in (24, 138):
        sheet.oval(x, 50, 15, 5, SKY)
        sheet.arc(x + 10, 40, 5, 0, 360, PETROL, 2)
        sheet.box(x - 10, 30, 20, 20, PETROL, 5)
        sheet.oval(x, 31, 10, 3, OCHRE)
        sheet.line(STONE, 1, x - 3, 25, x - 1, 20, x - 3, 15)
        sheet.line(STONE, 1, x + 3, 25, x + 5, 20, x + 3, 15)


def ward(sheet):
    sheet.box(0, 70, 160, 20, STONE)
    for x in (8, 124):
        sheet.box(x, 16, 28, 54, LEAF, 1)
        sheet.disc(x + 23, 44, 1.4, WHITE)
    sheet.person(62, 82, 62, WHITE, 3, OCHRE)
    sheet.person(98, 82, 58, WHITE, 2, INK)
    sheet.line(SKY, 6, 70, 50, 78, 56)
    sheet.line(SKY, 6, 90, 52, 84, 56)
    sheet.box(42, 58, 76, 4, OCHRE, 1)
    sheet.box(77, 62, 6, 24, OCHRE)
    sheet.shape(WHITE, 70, 58, 75, 44, 91, 44, 88, 58)
    sheet.lines(76, 47, 12, 3, PETROL, 3.4)


def tools(sheet):
    sheet.box(8, 6, 144, 80, FIR, 1)
    sheet.box(14, 11, 132, 70, NIGHT)
    for y in (42, 74):
        sheet.box(14, y, 132, 3, CORN)
    for x, colour in ((22, BRICK), (62, PETROL), (102, OCHRE)):
        sheet.box(x, 20, 22, 8, colour, 2)
        sheet.box(x + 22, 22.4, 8, 3, STONE, 1)
        sheet.shape(colour, x + 3, 26, x + 11, 26, x + 9, 40, x + 1, 40)
        sheet.box(x - 1, 37, 13, 5, INK, 1)
    for x, colour in ((24, SKY), (54, ROSE)):
        sheet.box(x, 56, 20, 12, colour, 3)
        sheet.box(x - 2, 68, 24, 2, STONE)
        sheet.line(STONE, 1.6, x + 4, 70, x + 4, 73)
    for x in (90, 106, 122):
        sheet.line(STONE, 2, x, 52, x, 73)
        sheet.line(STONE, 2, x, 52, x + 8, 52)
        sheet.line(STONE, 2, x, 66, x + 8, 66)
        sheet.line(BRICK, 2.4, x + 8, 66, x + 8, 60)


def strikes(sheet):
    sheet.shape(WHITE, 34, 4, 112, 4, 118, 90, 28, 90)
    for row in range(9):
        y = 14 + row * 8
        sheet.box(42, y, 62 if row % 4 != 3 else 40, 1.8, INK, 0.9)
        if row not in (1, 5) and row < 7:
            sheet.line(BRICK, 1.5, 40, y + 2, 106, y)
    sheet.line(CORN, 4, 106, 62, 132, 34)
    sheet.shape(INK, 102.6, 65.6, 104.2, 60.6, 107.6, 63.8)
    sheet.line(SKINS[0], 9, 124, 52, 138, 58)
    sheet.line(SKINS[0], 5, 118, 50, 126, 46)
    sheet.line(SKINS[0], 5, 120, 56, 128, 52)
    sheet.line(PETROL, 15, 146, 64, 166, 76)


def schoolyard(sheet):
    sheet.box(0, 70, 160, 20, "#3F4951")
    sheet.box(10, 22, 140, 48, "#2D3D4A")
    for column in range(6):
        sheet.box(18 + column * 22, 30, 13, 12, NIGHT)
    sheet.disc(142, 12, 5, PAPER)
    for x in (34, 126):
        sheet.shape("#4C4A3A", x, 22, x - 26, 76, x + 26, 76)
        sheet.line(STONE, 1.4, x, 22, x, 76)
        sheet.disc(x, 21, 3.6, CORN)
    sheet.person(44, 82, 42, BRICK, 1)
    sheet.person(116, 82, 44, CORN, 3, OCHRE)
    sheet.box(56, 62, 48, 3, PETROL, 0.5)
    sheet.box(79.2, 55, 1.6, 7, WHITE)
    sheet.line(STONE, 1.6, 62, 65, 62, 80)
    sheet.line(STONE, 1.6, 98, 65, 98, 80)
    sheet.disc(54, 58, 3.4, ROSE)
    sheet.disc(106, 56, 3.4, ROSE)
    sheet.disc(72, 48, 1.4, WHITE)


def bus_stop(sheet):
    sheet.box(0, 74, 160, 16, STONE)
    sheet.box(36, 14, 92, 5, PETROL, 1)
    sheet.box(40, 19, 84, 44, SKY)
    for x in (40, 80.5, 121):
        sheet.box(x, 19, 3, 56, PETROL)
    sheet.line(INK, 1.6, 18, 12, 18, 76)
    sheet.box(9, 10, 18, 14, CORN, 2)
    sheet.lines(12, 14, 12, 2, INK, 4, 1.2)
    sheet.box(48, 58, 34, 3.4, OCHRE, 1)
    sheet.line(OCHRE, 1.8, 64, 58, 64, 51, 72, 51)
    for x in (51, 78):
        sheet.box(x, 61, 2.4, 14, OCHRE)
    sheet.person(90, 80, 46, PLUM, 0, SAND)
    sheet.line(PLUM, 4, 84, 54, 74, 52)
    sheet.person(112, 80, 52, WHITE, 2)


def chamber(sheet):
    sheet.box(0, 0, 160, 34, CORN)
    sheet.box(72, 6, 16, 18, BRICK, 2)
    sheet.box(78.6, 6, 2.8, 18, WHITE)
    sheet.box(72, 13, 16, 2.8, WHITE)
    coats = (PETROL, ROSE, FIR, LILAC, BRICK)
    for place, coat in enumerate(coats):
        x = 20 + place * 30
        sheet.box(x - 12, 26, 24, 44, NIGHT, 5)
        sheet.person(x, 68, 38, coat, (place * 3 + 1) % 4, (INK, OCHRE, INK, CORN, OCHRE)[place])
    sheet.line(LILAC, 4, 117, 48, 122, 24)
    sheet.disc(122.4, 22, 2.6, SKINS[2])
    sheet.box(0, 64, 160, 26, OCHRE)
    for x in (12, 42, 72, 102, 132):
        sheet.box(x, 68, 16, 2, WHITE, 0.4)


def rain_bed(sheet):
    sheet.box(0, 62, 160, 28, STONE)
    for x, colour in ((10, BRICK), (62, PLUM), (114, BRICK)):
        sheet.box(x, 24, 36, 32, colour)
        sheet.shape(NIGHT, x - 4, 24, x + 18, 8, x + 40, 24)
        sheet.box(x + 6, 32, 10, 10, CORN)
        sheet.box(x + 23, 36, 8, 20, WHITE)
    sheet.box(0, 52, 160, 12, LEAF)
    sheet.oval(80, 70, 70, 11, FIR)
    sheet.oval(80, 71, 58, 7.4, PETROL)
    for place in range(22):
        x = 20 + place * 5.7
        y = 73 + place * 7 % 5
        sheet.line(LEAF, 0.9, x, y, x + (place % 3 - 1) * 2, y - 12 - place % 4 * 2)
        if place % 3 == 0:
            sheet.oval(x + (place % 3 - 1) * 2, y - 14, 1.3, 3.4, LILAC)
    for place in range(14):
        x, y = 6 + place * 11.6, 4 + place * 13 % 17
        sheet.line(SKY, 0.7, x, y, x - 1.6, y + 4)


DRAWINGS = {
    "akutbil": (car, SKY),
    "bogbussen": (bus, SKY),
    "brandstation": (lockers, SAND),
    "fritidspas": (football, SKY),
    "haandbog": (book, LILAC),
    "havnefoged": (harbour, PAPER),
    "hoeringssvar": (strikes, OCHRE),
    "hospitalskoekken": (scales, STONE),
    "hundevagt": (dog, SKY),
    "klageringer": (caller, SAND),
    "makker": (ward, SKY),
    "moebeldepot": (furniture, PAPER),
    "regnbede": (rain_bed, PAPER),
    "skolegaard": (schoolyard, NIGHT),
    "skoleleder": (cupboard, PAPER),
    "stoppested": (bus_stop, LEAF),
    "sygefravaer": (telephone_on_chair, CORN),
    "tandboerste": (brushes, LEAF),
    "telefonen": (telephones, PAPER),
    "ungeraad": (chamber, PAPER),
    "vaerktoej": (tools, SAND),
}

for name, (draw, ground) in DRAWINGS.items():
    sheet = Sheet(ground)
    draw(sheet)
    sheet.write(name)
